"""What customers and colleagues of the demo company say in English: one script per plot, read by `grammar.read_scripts`.

A script is a heading in brackets, then sections. A section holds slots, parted by `--`; a slot holds variants, one a line; `~` is the
variant that says nothing. `[a|b]` chooses, `{fact}` is filled from the thread's facts. Customers may shout; we never do (design.md, "Words").
"""

SCRIPTS = """
[late_parcel]
matter
  my parcel
  order {order}
  the {noun} I ordered
subject
  Where is order {order}?
  Order {order} has not come
  {product} ordered on {order_date}
  Parcel still not here
  When will my {noun} arrive?
  {carrier} tracking has not moved
ask
  I ordered {a_product} on {order_date} and nothing has come so far.
  My order {order} was meant to be here [by now|days ago|on {past_day}], and there is no sign of it.
  The {carrier} page has said "on its way" for {days} days now.
  It is {days} days since you wrote that my {noun} had left the warehouse.
  I have been watching the tracking for {tracking} and it [stopped in {depot}|has not changed since {past_day}].
--
  We [leave|set off] for {place} on {trip_day} and I [need|was counting on having] {it} with me.
  {It} {was} meant as a birthday present for my {relative}, and that was {past_day}.
  I am not in a hurry, I only want to know [it is not lost|whether to keep waiting in].
  My neighbour has nothing either, and the depot says they [never had it|cannot see it].
  Could somebody look [into it|where it is]? I have taken {past_day} off work once already to wait in.
--
  The number is {tracking}, if that helps.
  Can you tell me [where it is|what is going on]?
  If it will not be here by {trip_day}, please say so and I will buy something in {city}.
  ~
probe
  Could you tell me whether {street} is still the right address? {carrier} has it down as "not found".
  Did {carrier} leave a card, perhaps with a neighbour or at the back door?
  Is there a number on which the driver can ring you? Without one {carrier} will not try a third time.
detail
  Yes, {street} is right. The bell does not work, they have to knock.
  No card, nothing. I asked on both sides.
  The driver can ring {phone} at any time after [three|four|ten].
  The address is right, but the house is behind the chapel and drivers often miss it.
--
  ~
  Thank you for looking.
  I am in all day [tomorrow|on {trip_day}].
answer
  I have rung {carrier}: your parcel sat in {depot} because the label had come off.
  Your {noun} left us on {ship_day} and then {carrier} sent {it} to the wrong depot.
  I looked, and the fault is ours: the order waited {days} days for a label and nobody noticed.
  {carrier} has found it in {depot}. The address label was torn and nobody there had rung us.
  I could see nothing useful in the tracking either, so I asked the depot in {depot} to look on the shelf, and there it was.
--
  It will be with you on {due_day}. If it is not, write to me and I send a second one without waiting for the first.
  They will deliver on {due_day}, and I will look again that evening.
  I have sent a second {noun_one} today by courier, so you have {it} on {due_day}. If the first turns up, refuse it at the door.
  It goes out again tonight and should reach you on {due_day}.
--
  I have paid back what you paid for delivery.
  I am sorry about the waiting in.
  ~
note
  {carrier} says label damaged, depot {depot}. They will not refund the postage before we claim.
  Third one this month stuck in {depot}. Jon, can you raise it with them?
  Checked the shelf: nothing came back to us with number {order}.

[parcel_storm]
matter
  the delivery
  my order
subject
  Storm and order {order}
  Is my order stuck because of the weather?
  Delivery this week?
  Roads closed here, order {order}
  Order {order}: no delivery since {past_day}
ask
  With the roads [closed|flooded] round {city} I suppose my order {order} is [stuck|not going anywhere].
  {carrier} has cancelled my delivery twice this week because of the storm.
  The driver turned round at the bridge on {past_day}, and since then I have heard nothing.
  I understand about the weather, but I would like to know whether my {noun} {is} safe and dry somewhere.
  No post here since {past_day}. Half the village is waiting for something.
--
  Please do not let it lie in a wet van.
  Could you hold {it} in Leeds until the road is open?
  There is no need to hurry anybody over the pass for {a_product}. I only want to know.
  We were going to {place} at the weekend, though that looks doubtful now.
--
  Keep safe up there.
  ~
  If you know more than their website does, tell me.
answer
  {carrier} has stopped all vans north of {depot} until the wind drops.
  Your parcel is dry, in {depot}, and stays there until the road opens.
  The storm closed the depot for two days, and they are now working through what piled up.
--
  They start again on {due_day}; yours should come within two days of that.
  I will write to you on {due_day} with what I know then, even if that is little.
  If you would rather collect, our Leeds shop has one and can put it aside for you.
--
  ~
  Stay in, and keep warm.
note
  Storm: {carrier} depot {depot} closed, earliest {due_day}. Same answer for all of these.
  List of {carrier} parcels stuck in {depot} is on the warehouse board.

[parcel_missing]
matter
  the missing parcel
  the parcel
subject
  Marked delivered, but it is not here
  Delivered? Not to me
  Order {order} was left somewhere
  Who is "{stranger}"?
ask
  {carrier} says my parcel was delivered on {past_day}. It was not, at least not to me.
  @stranger According to the tracking somebody called "{stranger}" signed for order {order}. Nobody of that name lives here.
  @photo The photo of the delivery shows a blue door. Ours is [green|white|red].
  I was at home all of {past_day}, the dog did not bark once, and yet the parcel is "delivered".
--
  I have asked at numbers {n} and {n2}, and looked behind the bins.
  The neighbours on both sides know nothing.
  {It} cost {price}, so I would not like to let it go.
--
  What happens now?
  Please let me know what you need from me.
  Do I have to go to the police, or is that for you to do?
probe
  Would you look whether the delivery photo in {carrier}'s message shows your door?
  Is there a porch, a shed or a shop nearby where drivers leave things for you?
detail
  That is not our door. Ours has a letter box in the middle.
  No porch and no shed. The shop on the corner has nothing either.
  I have looked again. There is a {street} in the next town as well, perhaps it went there.
--
  ~
  I attach what the driver's photo shows.
answer
  It is not for you to find a parcel that we sent, so please stop searching.
  You need do nothing more, the claim against {carrier} is ours to make.
  Thank you for looking so thoroughly.
--
  A second {noun_one} leaves today and reaches you by {due_day}, to be handed over only against your name.
  I have sent {a_new_one} by another carrier, with you on {due_day}.
  I have paid {price} back to your card, as we have no more in size {size}.
note
  Claim against {carrier} opened, they want the order value and the photo.

[wrong_item]
matter
  the wrong parcel
  the mix-up
subject
  Wrong {noun} in the box
  I received something I did not order
  Order {order}: not what I ordered
  {other_product} instead of {product}
ask
  I ordered {a_product} and there was {a_other} in the box.
  The parcel came today, thank you, but it holds {a_other}. I never ordered one.
  On the slip it says {product}, {colour}. In the bag it is {colour2}.
  Somebody else's order has come to me: the slip is for a {stranger} in {depot}, and the thing itself is {a_other}.
--
  It is rather nice, but it is not mine.
  I have not opened the inner bag.
  My {relative} says I should keep it, but I do need the {noun}.
--
  How do I get the right one?
  Shall I send it back first, or do we swap?
  We leave on {trip_day}, so it is a bit tight.
answer
  Two labels were swapped on our bench on {ship_day}, and I am sorry that you got the wrong half.
  That is our mistake. Somebody in {depot} is looking at your {noun} just as puzzled as you are.
  Thank you for leaving the bag shut, that helps.
--
  The right one leaves today and is with you on {due_day}. The courier takes the other one back in the same moment, so keep the box.
  {A_product} goes out this afternoon. A return label for the wrong one is attached; any time in the next month is early enough.
  Keep the wrong one if you have use for it. The right one is with you on {due_day}.
note
  Swapped with order {order2}. Both customers told.
  Picking bench 3 again, same shelf as last week.

[size_exchange]
matter
  the exchange
  the size
subject
  {product} in {size_up} instead
  Exchange: size {size} is too small
  Wrong size, can I swap?
  {product}, size {size}
  Size {size} does not fit me
ask
  The {product} came today in {size} and {is} [too tight across the shoulders|a touch too small|shorter than I thought].
  I usually take {size}, but your {size} is [more like|nearer] {size_down}.
  Lovely {noun}, wrong size. I should have ordered {size_up}.
  I bought {a_product} in {size} for my {relative} and {it_s} {does} not fit.
  Could I swap my {noun} ({size}, {colour}) for {size_up}?
--
  The tags are still on.
  I have worn {it} once round the house and nowhere else.
  The order is {order}.
  I tried {it} with a fleece underneath, as you suggest on the page, and that made it worse.
--
  Do you have {size_up} in {colour}? If not, {colour2} would do.
  Do I pay the postage?
  If I send it today, would the other one be here before {trip_day}?
  I can also bring it to the Leeds shop if that is easier for you.
probe
  @measure Would you measure round the fullest part of the chest, over a thin layer? Then I can tell you whether {size_up} is enough.
  @measure How do you want to wear {it}: over a shirt, or over a fleece?
  @col,wait Which do you like better, {size_up} in {colour2} now, or in {colour} from {due_day}?
detail
  @measure {cm} centimetres, measured by my {relative}.
  @measure Over a fleece, mostly in winter.
  @col Then {colour2} now, please. I do not mind.
  @wait I would rather wait for {colour}.
--
  ~
  I hope that helps.
answer
  {size_up} in {colour} is here, and I have put one aside under your name.
  @measure With what you tell me I would take {size_up}: the cut is narrow in the shoulders and you are not the first to find so.
  We have your size in {colour2} today; {colour} comes on {due_day}.
--
  It goes out today. Send the other one back when it suits you, with the label I attach; you pay nothing.
  You have it on {due_day}. Put the old one into the same box and hand it to the courier.
  Bring the first one to the shop in Leeds whenever you pass, nobody will ask for a receipt.
--
  ~
  If {size_up} is wrong as well, we try again.
note
  {size_up} {colour} put aside in Leeds until {due_day}.
  Fourth one who finds the shoulders narrow. Wen, the size table says otherwise.

[boot_sizing]
matter
  the size
  my question about the size
subject
  Which size in the {product}?
  {product}: sizing
  Between {size} and {size_up}
  Wide feet and the {product}
  Do the {noun} run small?
ask
  I take {size} in most shoes and {size_up} with thick socks. What should I take in the {product}?
  My feet are rather wide and I have never found [boots|a pair] that did not pinch. [Are the {product} any good for me?|Would you dare?]
  I would like to order the {product}, but I am between {size} and {size_up}.
  My old pair were a 42 from another maker, and reviews say yours come up small.
--
  I will use {it} mostly for {place}, with a pack of about {kg} kilos.
  My left foot is half a size longer, of course.
  There is no shop of yours anywhere near {city}.
--
  Many thanks in advance.
  Can I return {it} after trying {it} on the carpet?
  ~
probe
  Would you stand on a sheet of paper, draw round the longer foot and measure it heel to toe? A width would help too.
  Which boots do you wear now, and where do they rub?
detail
  {mm} millimetres on the left and a little less on the right.
  {mm} long and quite wide at the ball of the foot.
  The ones I have now rub on the outside of the little toe.
--
  Socks of the medium kind.
  ~
answer
  For {mm} millimetres I would take {size_up}, with a medium sock.
  The {product} {is} cut a little narrow in front, so {size_up} is the safer choice.
  Take {size}: the leather gives about half a size in the first {days} walks.
--
  Try {it} on in the evening, on a carpet, going down a step: your toes must not touch.
  If {it_s} pinch{es}, send {it} back with the label in the box. You pay nothing and nobody asks why.
  Take both sizes if you like, and send back the pair that loses.

[pole_lock_wet]
matter
  the pole lock
  my poles
  the lock
subject
  Carbon Z: lock slips in the rain
  Pole collapsed on the descent
  Lower lock does not hold when wet
  Poles slipping
  Lever lock on my Carbon Z
  My pole gave way on {place}
  Locks slipping, order {order}
ask
  The lower lock of my Carbon Z [slips|lets go|slides] as soon as it [is wet|rains].
  On the way down from {place} on {past_day} my left pole [shortened by a hand's width|folded under me] in the rain.
  I bought the Carbon Z [last autumn|in {month}|on {order_date}] and in dry weather they are the best poles I ever had. In the wet the lever lock does not hold.
  Since the first rain of the season my poles [get shorter with every step|creep together by themselves].
  I have tightened the screw on the lever as your leaflet says, to the end, and it still slips when wet.
--
  I went down on one knee, nothing worse, but above the drop it would have been another matter.
  My {relative} has the same pair and the same trouble.
  Wiping the shaft helps for ten minutes.
  It is always the lower section and always in the wet.
  It does not do it with my old pair, which cost a third of these.
--
  Is that a known fault?
  What do you suggest? I lead a group on {trip_day} and need poles I can put my weight on.
  I would rather have a repair than the money.
  I attach a picture of the lock.
probe
  Would you look under the lever for a small number? It tells us which lot the lock is from.
  Does the shaft show a shiny ring where the lock sits? A photo in daylight would tell me a lot.
detail
  It says {lot}.
  The number is {lot}, I needed a magnifying glass.
  There is a shiny ring, yes. Photo attached.
--
  On both poles.
  ~
  The right one is fine so far.
answer
  Thank you for telling me, and I am glad it was only a knee.
  You are not the first who tells us this {since_wave}, and we take it seriously: the lever loses its grip when water gets behind the collar.
  That must have been a fright. A pole has one job, and yours did not do it.
--
  I am sending you {a_new_one} with the screw lock, posted by {due_day}. Keep the old pair, there is nothing to send back.
  Until it is solved, please do not put your weight on them when they are wet. A pair with the screw lock leaves us by {due_day}.
  You can have the screw lock fitted in the Leeds shop while you wait, or I post you a pair by {due_day}. Say which.
--
  We have asked the maker for a new collar, and I will write to you when we know more.
  You need not send anything back.
  ~
note
  Lot {lot}. Adding it to the list of lever locks, that makes {n} this month.
  Same as the others: wet, lower section, lever. Dora wants all of these tagged with the lot.
  Warehouse: screw locks are down to {n} pairs.

[pole_tip]
matter
  the spare tips
  the tip
subject
  Spare tips for my poles
  Lost a tip on {place}
  Rubber feet for the {product}
  Do you sell single tips?
ask
  I left a tip of my {product} between two stones on {place}.
  The rubber feet of my {product} are worn through after {n} hundred kilometres.
  Can I buy one single tip, or do I have to buy four?
--
  Which ones fit? The shop page shows three that look the same.
  I have tried pliers, hot water and bad words. The old one will not come off.
--
  Do you post small things like that to {city}?
  ~
answer
  The {part} with 11 millimetres is the one that fits yours.
  Warm the old one in water from the kettle for a minute, then twist, do not pull.
--
  I have put two into an envelope for you. No charge, you carried them far enough.
  They are {small_price} a pair in the shop online, and we send them as a letter.
  They leave today and come as a letter, by {due_day} I should think.

[sole_loose]
matter
  my boots
  the sole
subject
  Sole coming off my Ridge boots
  Ridge boots: the sole comes loose
  Boots falling apart after {n} months
  Sole of the left boot
  Can these be glued?
ask
  The sole of my left Ridge boot has [started to peel|come away] at the toe.
  After {days} days of walking round {place} both soles [flap|open like a mouth].
  I have had the Ridge boots since {month} and worn them perhaps {n} times. Now the sole is coming loose.
  My boots came home from {place} in two halves each. I walked the last hour on gaffer tape.
--
  I look after them: cleaned, dried slowly, never by the stove.
  The leather is as good as new, which makes it so annoying.
  The cobbler in {city} says he cannot glue that kind of foam.
--
  Photos are attached.
  Can it be repaired? They have just become comfortable.
  Is this covered? I have the receipt, order {order}.
  I do not want another pair that does the same.
probe
  Would you send me a photo from the side and one of the label inside the tongue?
  Were they ever left wet in a car, or near a heater? I ask only because the glue tells us which batch it may be.
detail
  Here are the pictures. The label says {lot}.
  Never near a heater. They live in the hall.
  The label is hard to read: {lot}, I think.
--
  ~
  Do you need the receipt as well?
answer
  Boots with {n} outings behind them should not do this, so this is ours to mend.
  Thank you for the photos. The glue has let go, not the foam, and that can be mended.
  That is not wear, and it is not your fault.
--
  Send both boots in with the label attached, and our workshop puts new soles on. They will be back with you by {due_day}.
  I would rather send you {a_new_one} in {size} than glue a batch I do not trust. It leaves today.
  The workshop in Leeds takes about {days} days. If you need boots before, I lend you a pair.
note
  Batch {lot} again. Photo saved for the supplier.
  Workshop has {n} pairs waiting, tell people two weeks.

[zip_broken]
matter
  the zip
  the repair
subject
  Zip of my {product}
  {product}: zip splits open
  Broken zip
  Main zip stuck on {place}
ask
  The main zip of my {product} [splits from the bottom|jumps its teeth|has lost its slider].
  On {past_day} the zip of my {product} stuck half way, and my {relative} had to cut me out.
  The zip on my {noun} has gone. Everything else on {it} is as good as new.
--
  I have had {it} since {month}, and used {it} most weekends.
  Wax, soap and a pencil did not help.
  A tailor here asks {small_price} only to look at it.
--
  Do you repair such things?
  Would you replace the slider? I can post {it}.
  Is that a warranty matter or wear and tear? I honestly do not know.
probe
  Does the zip close behind the slider and open again, or does the slider come off at the end?
detail
  @slider It closes and then opens again behind the slider.
  @off The slider comes off on the left side.
--
  A picture is attached.
  ~
answer
  We mend zips for as long as there is fabric to sew them to.
  From what you describe the slider is worn, not the teeth, and that takes ten minutes.
--
  Post {it} to the workshop with the label attached. It will be with you again by {due_day}, and it costs you nothing.
  I can send you a slider and a drawing of how to fit it, if you have pliers and patience. Or we do it here in {days} days.
  It is covered for the first three years, and yours is younger than that.
note
  Workshop: slider size 8, we have plenty.

[tent_leak]
matter
  the tent
  the leak
subject
  {product} lets water in
  Wet night in the {product}
  Tent leaks at the seam
  Water in the tent
ask
  We [spent|endured] a very wet night on {place} in our {product}, and by morning there was a puddle at the foot end.
  @seam The seam above the door of my {product} drips [in steady rain|after an hour of rain].
  @floor The floor of our {product} lets water through when you kneel on it.
--
  It is our {ordinal} season with it.
  The sleeping bags took two days to dry.
  The children thought it was funny. I did not.
--
  Should I seal the seams again, and with what?
  Is that normal?
  Would you look at it if I sent it in?
probe
  Was the water at the seam itself, or in drops all over the inside? The second is breath, and no tent keeps it out.
  Is the coating inside sticky or does it flake when you rub it?
detail
  @seam At the seam, I could watch it drip.
  @floor It flakes a little in the corners.
  @breath All over the inside, now that you ask. And the vents were closed.
--
  ~
  I will try it with the hose tomorrow.
answer
  @seam A seam that drips after {n} nights is not what you paid for.
  @breath What you describe sounds like breath: two people give off half a litre a night, and the vents were shut.
  @floor The floor holds less water after some years if it is packed wet, and it can be coated again.
--
  @seam,floor Send it to us, we seal all the seams again and hang it in the rain room. You have it back by {due_day}.
  @seam I have posted you a tube of seam sealer. Put it on outside, thin, let it dry for a day, and tell me how the next wet night went.
  @breath Leave the upper vent open even in rain, and keep the bags off the walls. If it still drips at the seam, I want to see it.

[pack_strap]
matter
  the rucksack
  the buckle
subject
  Buckle of my {product}
  {product}: strap torn
  Hip belt buckle snapped
  Need a spare buckle
ask
  @buckle The hip belt buckle of my {product} snapped [when I lifted it off the train|in the frost on {place}].
  @stitch The stitching of the left shoulder strap on my {product} is coming out.
  @stitch One of the side straps has pulled out of its seam after {n} trips.
--
  I tied it with a cord and carried on, but that is not a solution.
  It was carrying {kg} kilos, no more.
  I love this rucksack and would rather mend than replace it.
--
  @buckle Could you send me the part? I can sew.
  @stitch Where do I send it?
  Photo attached.
answer
  @buckle The buckle is the 38 millimetre one, and it clips in without sewing.
  @stitch Stitching should not come out at {kg} kilos, so that one is for our workshop.
--
  @buckle I have put two into an envelope, one for the next frost. It comes by letter, at no charge.
  @stitch The label is attached. We bar-tack it in four places where there were two, and it is back with you by {due_day}.
  @stitch If you sew yourself: use bonded nylon, size 40, and go through all three layers.

[stove_trouble]
matter
  the stove
  the kettle
subject
  {product}: small trouble
  {product} does not do what it should
  About my {product}
ask
  My {product} {fault}.
  I bought {a_product} in {month} and now it {fault}.
  On {place}, in the wind, with cold hands: my {product} {fault}.
--
  It is a small thing, but on a quiet morning it is all I notice.
  I have cleaned it as the leaflet says.
  @rel My {relative} says I am doing it wrong. I would like to know who is right.
--
  Is there a spare part?
  What can I do?
  Can I bring it to the shop?
answer
  @rel Your {relative} may rest easy, you are doing nothing wrong.
  @known That is a known little weakness, and there is a better part for it now.
  @known It sounds like the {part}, which wears sooner than it should.
--
  I have put a new {part} in the post for you. It clips on, no tools, and comes by {due_day}.
  Bring it to the shop in Leeds and Sam changes the {part} while you wait.
  Try it once with the {part} turned the other way. If that is no better, I send you a new one.
note
  Spare {part}: {n} left in the drawer at Leeds.

[warranty]
matter
  the warranty
  my warranty question
subject
  Is this under warranty?
  Warranty for {product}
  How long is the warranty?
  {product}, bought {month}: warranty?
ask
  @how How long do you give warranty on {a_product}?
  @mend I bought {a_product} in {month} last year, and now {fault_clause}.
  @receipt I no longer have the receipt for my {product}, but I am sure it was bought at your Leeds shop.
  @receipt {It} {was} a present, so I have no order number.
--
  Does that fall under warranty?
  {It} {has} been used, of course, but not abused.
  @how Your page says three years, the paper in the box says two.
--
  What do you need from me?
  I am happy to send pictures.
  ~
probe
  Would you send me one photo of the whole thing and one of the place? Then I can say yes or no today.
  Do you remember roughly when and under which name it was bought? I may find it without the receipt.
detail
  It must have been in {month}, under {family}.
  Two photos attached, I hope they are sharp enough.
--
  ~
  It was paid by card.
answer
  @how Three years is right. The paper in the box is an old print, and we stand by the longer one.
  @receipt You need no receipt. I found the order, {order}, from {order_date}.
  @mend Yes, that is covered.
--
  @mend,receipt I would like to mend rather than replace: send it with the label attached and you have it again by {due_day}.
  @mend {A_new_one_cap} goes out today, and you may keep the old one for parts.
  @receipt This one I would call wear, and I want to tell you so plainly. We mend it for {small_price} if you like, which is what it costs us.

[invoice_company]
matter
  the invoice
subject
  Invoice for order {order}
  Invoice to {org}
  VAT invoice please
  Invoice with our company name
ask
  Could we have an invoice for order {order} made out to {org}?
  Our accounts department cannot book a receipt without [our VAT number|the name of {org} on it].
  I bought {quantity} × {product} for {org} and need a proper invoice.
--
  The VAT number is {vat}.
  The address is {street}, {city}.
  Please put our reference {ref} on it.
--
  A PDF is fine.
  The month closes on {trip_day}, so I would be glad to have it by then.
  ~
answer
  The invoice to {org} is attached, with your VAT number and the reference.
  Here it is, made out to {org}. The old receipt is cancelled, so please book only this one.
--
  If anything on it is not as your accounts need it, tell me and I change it the same day.
  For the next order you can put the VAT number straight into the address, then it comes out right by itself.
  ~
note
  Credit and new invoice done, {org}.

[invoice_copy]
matter
  the invoice
  the copy
subject
  Copy of an invoice
  Invoice from {month}
  I lost the invoice for order {order}
ask
  I cannot find the invoice for order {order} from {order_date}.
  @theft For my [tax return|insurance] I need a copy of the invoice for {a_product}.
  There was no invoice in the parcel, only a picking slip.
--
  Could you send it again?
  @theft The burglars left the box, but not the {noun}, so the insurance wants to see it.
  It was ordered under this address, or perhaps under the one at work.
answer
  Here is the copy, attached.
  I have attached the invoice for order {order}; it was sent to your other address at the time.
--
  @theft I am sorry about the break-in. If the insurer wants the price of today as well, that is {price}.
  You also find it under "orders" when you log in, for ten years.
  ~

[opening_hours]
matter
  my question
  the opening hours
subject
  Leeds shop: opening hours
  Are you open on {trip_day}?
  Opening hours at the shop
  Open on the bank holiday?
ask
  @day Is the Leeds shop open on {trip_day}?
  @until Until when can one come to the shop on a Saturday?
  @day We are in Leeds for {days} hours between two trains. Will you be open?
  @until Google says you close at five, your door says six.
--
  I would like to try on the {product} before I buy.
  We come from {city}, so it would be sad to stand before a closed door.
  Is there somewhere to leave a pram and a dog?
answer
  @until,day We are open Monday to Friday from nine to six, Saturdays from ten to four, and closed on Sundays.
  @day Yes, we are here on {trip_day}, until six.
  @until The door is right: six o'clock.
--
  Dogs and prams are welcome, there is water by the boots.
  It is ten minutes on foot from the station. Bus 5 stops in front.
  If you tell me when, I put the {product} in your size on the bench.
  ~

[down_washing]
matter
  the washing
  my question about care
subject
  Washing the {product}
  How do I wash down?
  Care of my {product}
  Lumps in the {noun}
ask
  @how How do I wash my {product} without ruining {it}?
  @lumps After the wash the down of my {product} has gone into lumps.
  @how My {product} smell{s} of a whole summer. Can {it_s} go into the machine?
  @how The label in my {noun} has washed out, so I cannot read how to wash {it}.
--
  I have no dryer.
  The dry cleaner in {city} refuses to touch it.
  @how I have special soap, but the bottle says nothing about temperature.
--
  Thank you for any advice.
  ~
  @lumps I hope I have not spoilt {it}.
answer
  @how Thirty degrees, down soap, no softener, and rinse twice: most of what goes wrong is soap that stays in.
  @lumps Nothing is spoilt. Lumps are wet down that sticks together, and it comes apart again.
--
  @how,lumps Dry it for as long as you can bear, three hours in a dryer with two tennis balls, and once more the day after.
  @how,lumps Without a dryer it takes three days flat on a rack; shake it and pull the lumps apart with your fingers morning and evening.
  The launderette has large dryers, and the tennis balls look odd there, but they work.

[wax_care]
matter
  the waxing
  the proofing
subject
  Waxing the {product}
  Does the old wax have to come off?
  Rain no longer beads off my {noun}
  Proofing the {product}
ask
  @any Rain no longer runs off my {product}, it soaks in at the shoulders.
  @wax I want to wax my {product} again before the winter. Does the old wax have to come off first?
  @spray Is spray or wash-in better for {a_product}?
--
  {It} {has} had {ordinal} seasons by now.
  @wax,any I did it once with a hair dryer and the kitchen smelled for a week.
  @wax,any I have your tin of wax, but the leaflet is gone.
--
  How much do I need?
  ~
  Thanks, and keep making them.
answer
  @wax,any The old wax may stay on. Brush off the dirt, warm the cloth with your hand, and rub in as little as you can.
  @spray,any Wash it first without softener, then wash-in proofing while it is still wet. Spray is for the shoulders in between.
--
  @wax,any One tin does two jackets. Too much is the usual mistake.
  @wax A warm iron through a tea towel works better than a hair dryer, and the kitchen is spared.
  @wax,spray,any A leaflet is attached.

[compliment]
matter
  my letter
subject
  A word about {colleague}
  Thank you
  {colleague} in your shop
  Well done
  Good people
ask
  I want to tell you how well {colleague} looked after me on {past_day}.
  I have just been to your shop in Leeds, and {colleague} spent half an hour on my {noun} although I bought nothing in the end.
  It is not often that one writes to a company to praise it, so here it is.
  @laces {colleague} noticed that my old boots only needed new laces, and sold me laces. That is why I will come back.
--
  It made a long day short.
  Please tell {colleague}, and whoever pays {colleague}.
  I told my {relative} and the whole walking club.
--
  Carry on like that.
  No answer needed.
  Kind regards to all of you.
answer
  @counter I have read your letter out at the counter, and {colleague} went rather red.
  Thank you. Letters like yours are pinned to the wall behind the till, and yours is up there now.
--
  It means more to us than you may think.
  @laces I hope the laces hold for many years.
  ~

[thank_you_photo]
matter
  my photo
subject
  Greetings from {place}
  Your {noun} on {place}
  We made it
  A picture for your wall
ask
  A greeting from {place}, where your {product} {has} just done what {it_s} {was} made for.
  We made it! {place}, [in fog|in sun|in all weathers], and the {product} held.
  You asked on the card in the box for a picture, so here is one from {place}.
--
  You told me to take the larger size. You were right.
  {days} days, {n} kilometres, no blisters.
  My {relative} would now like one too.
--
  You may put it on your wall.
  Thank you for the good advice at the time.
  ~
answer
  What a view. It is on the wall behind the till since this morning.
  Thank you for sending it, we have been passing it round.
--
  {place} is on my own list, and now higher up.
  May we also show it on our site, with your first name? Only if you like.
  ~

[wholesale]
matter
  our enquiry
  the wholesale terms
subject
  Wholesale enquiry from {org}
  Stocking your {noun} in {city}
  Trade prices
  {org}: terms for dealers
ask
  We run {org} in {city} and would like to stock your {product}.
  Customers of ours ask for your {product} again and again, and we have to send them away.
  I buy for {org}, two shops and a small online catalogue.
--
  What are your terms for dealers, and is there a smallest order?
  We think of {quantity} pieces to begin with, in three sizes.
  Could you send a price list and say what can be delivered before {month_next}?
--
  I can come to Leeds on most {trip_day}s.
  We pay within 14 days, and you are welcome to ask others about us.
  ~
probe
  Which sizes and colours do you have in mind, and when would you want to have them on the shelf?
  Would you tell me a little about your shops: where they are, and what else you carry?
detail
  Mostly {size} to {size_up}, {colour} and {colour2}, in the shop by the middle of {month_next}.
  Two shops, both in {city}. We carry maps, boots and climbing things, no bicycles.
--
  Our order of last year from another maker is attached so that you see the mix.
  ~
answer
  Thank you for thinking of us. The list for dealers is attached.
  We like to sell through people who know their customers, so let us try.
--
  We ask for {quantity} pieces the first time and nothing after that. Delivery takes about three weeks, so the middle of {month_next} is possible.
  Terms are 30 days, and what does not sell in a season we take back at half price.
  I have put {quantity} aside in the sizes you name, without obligation, until {due_day}.
--
  If you come to Leeds, I show you the workshop.
  ~
note
  Looked them up: two shops, good name locally. Priti takes it.
  Credit fine up to 4,000. Charlie

[school_trip]
matter
  our trip
  the kit for our group
subject
  Kit for a school trip, {quantity} children
  Year 8 to {place}
  Discount for schools?
  Rucksacks for {org}
ask
  I teach at {org} and take {quantity} children to {place} in {month_next}.
  {org} is going to {place} for {days} days, and half of the children own nothing waterproof.
  We are a small youth group and look for {quantity} rucksacks that survive being sat on.
--
  Do you lend or hire out such things, or is there a price for schools?
  Our budget is {amount} in all, and that has to include postage.
  The ages are eleven to thirteen, so sizes are anybody's guess.
--
  A quotation on paper would help me with the head.
  I need an answer by {trip_day} for the letter to the parents.
  ~
probe
  Which of these do you need most: jackets, rucksacks, or something for the feet? Then I put the money where it helps.
  Could you send me a list of heights? It is a better guide than age.
detail
  Jackets above all. They can carry their lunch in anything.
  The list is attached, no names, only heights.
--
  Two of them use wheelchairs, and have opinions about ponchos.
  ~
answer
  We have a cupboard of {quantity} jackets and rucksacks for exactly this, and lend them to schools for nothing. You pay the postage back.
  For schools it is a quarter off, and what comes back unworn in a month we take back.
--
  With {amount} you can have {quantity} jackets, and I add the hats. The quotation is attached.
  The cupboard is free in that week, and I have put your name on it until {due_day}.
--
  Tell the children that muddy is fine.
  ~

[return_lost]
matter
  my return
  the returned parcel
subject
  I sent it back and heard nothing
  Return of order {order}
  Did my return arrive?
  Returned on {past_date}, no refund
ask
  I sent my {product} back on {past_date} and have heard nothing since.
  According to {carrier} my return reached you on {past_date}. My money has not reached me.
  Did you get the {noun} I returned? The receipt from the post office says {tracking}.
--
  {price} is not a small sum for me.
  I wrote about it last week already, but perhaps that went astray too.
  It was in the original box, with the form on top.
--
  Could you look on your shelf?
  When can I expect the refund?
  ~
probe
  Would you send me a photo of the receipt from the post office? Our shelf has three parcels without a name.
  Which colour was the box, and was the form inside or outside?
detail
  Receipt attached. It weighed {kg} kilos.
  A brown box with the form on the inside, as it says on the form.
--
  ~
  My name was on the side in green.
answer
  Your parcel is here. It stood on the shelf without its form, so nobody knew whose it was.
  I have found it: it was booked in under {stranger}, whose parcel came the same day.
  {carrier} does say it arrived, and we cannot find it. That is our trouble, not yours.
--
  {price} went back to your card today. Banks take two or three days to show it.
  The refund of {price} is on its way, and I added what you paid at the post office.
  You have the money back today, and we go on looking.
note
  Found on the shelf behind the scales, no form.
  Three returns without a name this week. We need a bigger hint on the form.

[return_how]
matter
  the return
subject
  How do I return {product}?
  Return without the box
  Returning order {order}
  Sending something back
ask
  How do I send my {product} back?
  I would like to return {a_product}; {it_s} {is} fine, I [only changed my mind|was given two].
  @form The form in the parcel asks for eleven things, and I do not know seven of them.
--
  @box I have thrown the box away already.
  {It} {has} not been worn.
  @printer I have no printer.
  The order is {order} of {order_date}.
--
  Does that still work?
  Can it go to the shop in Leeds instead?
  ~
answer
  @box Any box will do, or a strong bag. The label is attached.
  @printer You need no printer: the code in the attachment is enough at any {carrier} counter.
  @form Forget the form. Your name on a slip of paper in the box is all we need.
--
  The money is back with you within three days of the parcel reaching us.
  Or bring it to the Leeds shop, where Sam pays it back on the spot.
  You have until {due_date}.
note
  @form Returns form again. That is {n} this month who give up on it.

[refund_late]
matter
  my refund
  the money
subject
  Refund for order {order}
  Still no refund
  Where is my money?
  {price} outstanding
ask
  On {past_date} you wrote that my {price} would be back within three days. It is not.
  I am still waiting for the refund for my {product}, order {order}.
  @old My bank has looked twice: nothing from you has come in.
--
  I do not doubt you, but I would like to see it.
  @old The card I paid with has expired in the meantime, could it be that?
  It was {price}, and I had plans for it.
--
  Please tell me on which day it left.
  ~
  What now?
probe
  Are the last four digits of the card {digits}? The bank may have sent it back to us.
detail
  @old No, that is the old card. The new one ends in {digits2}.
  @right Yes, {digits} is right.
--
  ~
  @old I can also send you the account number.
answer
  @old The bank sent it back to us because the card has expired, and nobody here saw it.
  @right It left us on {ship_day}, {price}, to the card ending in {digits}.
  @lay I am sorry: the refund was approved and then lay in a list for a week.
--
  @old,lay I have sent it again today as a transfer, and you should see it by {due_day}.
  @right If it is not there by {due_day}, write to me and I ring the bank with you.
note
  @old Charlie: refund {price} bounced from the card, sent as transfer today.
  @lay Approved on {ship_day}, never paid. Why do we approve refunds under 200 at all?

[discount_code]
matter
  the code
  my discount
subject
  Code {code} does not work
  Discount not taken off
  {code}
  The basket refuses my code
ask
  @basket The basket says that code {code} [is not valid|has expired|cannot be combined].
  @basket I typed {code} from your [letter|card|newsletter] and nothing was taken off.
  @after I have just ordered ({order}) and only then found my code {code}.
--
  It says "until the end of {month}", and that is not over.
  @basket I tried with and without the dash.
  It would be {small_price}, not the world, but still.
--
  @after Can you take it off afterwards?
  @basket What am I doing wrong?
  ~
answer
  @basket You are doing nothing wrong: the code was set to end a week too early.
  @basket {code} does not work on things that are already reduced, and the basket should say so instead of "not valid".
  @basket The letter O in it is a zero. You are the {ordinal} to fall for that, so it is our fault.
--
  @after I have taken {small_price} off order {order}, and it goes back to your card.
  @basket It works now, please try again.
  @basket I have made you a new one that works on everything, {code2}, until {due_date}.
note
  Code {code} ended early again. Wen, who sets the date?

[gift_card]
matter
  the gift card
subject
  Gift card not arrived
  Gift card for my {relative}
  Balance of my gift card
  @two Can I use two gift cards?
ask
  @lost I bought a gift card of {amount} for my {relative} on {order_date} and the mail with it never came.
  @left Is there a way to see what is left on my gift card?
  @two Can I use two gift cards for one order? The page takes only one.
  @half The silver field on the card came off together with half the number.
--
  @lost The birthday is on {trip_day}.
  The number begins with {digits}.
  @left,two,half It was in last year's stocking and may be out of date.
answer
  @left Our cards never run out, whatever the old ones say on the back.
  @lost I have sent it again, to you and not to your {relative}, so that it stays a surprise.
  @left There are {small_price} left on it.
  @two Two cards work if you ask us, so I have put both together under one number: {code2}.
--
  @lost If you want to give something to unwrap, print the attachment and fold it once.
  ~
  @half With the half you can still read I found the rest. Here it is: {code2}.

[privacy]
matter
  my data
  my request
subject
  My personal data
  Request for access
  Please delete my account
  What do you hold about me?
  GDPR request
ask
  @copy Please tell me what you hold about me, and where you got it.
  @erase I would like my account and everything in it deleted.
  @copy Under the data protection law I ask for a copy of all personal data you hold about me.
  @erase I have moved on from walking, sadly, and would like you to forget me.
--
  I shopped with you perhaps {n} times, the last time in {month}.
  The addresses are this one and possibly an older one.
  @erase I am not cross with you, I am only tidying up.
--
  You have one month, as far as I know.
  @erase Please confirm when it is done.
  ~
probe
  Before I send anything I must know that it is you. Would you answer from the older address as well, or tell me the town of your last delivery?
detail
  The last parcel went to {city}.
  I have written from the other address too, as you asked.
--
  ~
answer
  @copy Attached is everything we hold: your orders, our letters, and what colleagues noted. Nothing has been passed on.
  @erase It is done. The law makes us keep the invoices for some years; everything else is gone, and so is this letter in a month.
  @erase Your account and addresses are deleted today.
--
  @copy If something in it is wrong, tell me and we correct it.
  @erase Thank you for having walked with us.
  ~
note
  @copy Export made, checked by two people. Due on {due_date}.
  @erase Erasure: invoices stay, rest is gone. Omar has the receipt.

[unsubscribe]
matter
  your newsletter
subject
  Please stop the newsletter
  Unsubscribe
  Too many letters
  Take me off the list
ask
  @any Please take me off your newsletter.
  @link I clicked "unsubscribe" twice and still get your letters.
  @any Four letters in one week is three too many for me.
--
  I like your things, just not in my inbox.
  @any It goes to my old address as well, please stop both.
  ~
answer
  @any Done, both addresses. One letter may still be on its way today.
  @link You are off the list. The link did not work for people with a plus in the address, and that is mended now.
--
  Letters about your orders still come, of course.
  ~

[change_address]
matter
  the address
subject
  Wrong address on order {order}
  Please change the delivery address
  We have moved
  Order {order}: other address
ask
  I gave the wrong address for order {order}.
  We move on {trip_day}, and I forgot to change the address.
  The page filled in my old address by itself, and I only saw it afterwards.
--
  Please send it to {street}, {city}.
  It should go to my {relative}: {street}, {city}.
--
  I hope it has not left yet.
  ~
  Sorry for the trouble.
answer
  Caught it in time: it was still on the bench, and the label now says {street}.
  It had already left, but {carrier} will turn it round. It reaches {street} by {due_day}.
--
  I have changed it in your account too.
  ~

[cancel_order]
matter
  the order
subject
  @one Please cancel order {order}
  Cancel
  Ordered twice by mistake
  Order {order}: cancel please
ask
  @one Please cancel order {order}, I ordered by mistake.
  @two I pressed the button twice and now have two orders, {order} and {order2}.
  @two My {relative} had the same idea, so we now have {a_product} too many.
--
  @two One {noun_one} is enough.
  I hope I am in time.
  @one The trip to {place} is off, so I do not need {it}.
answer
  @one Cancelled, nothing leaves the house. {price} goes back to your card today.
  @two The second order is cancelled, the first one comes on {due_day}.
  @one It had left an hour before you wrote. Refuse it at the door and it comes back by itself; I refund it as soon as {carrier} has scanned it.
--
  ~
  @one I hope the trip happens another time.

[back_in_stock]
matter
  the {noun}
subject
  When is {product} back in {size}?
  {product} sold out
  Out of stock: {product}, {colour}
  Will there be more?
ask
  @size When will the {product} be back in {size}?
  @col The {product} in {colour} {has} been sold out [for weeks|since {month}].
  @col Will you make the {product} again, or is {colour} gone for good?
--
  I have looked every morning since {past_day}.
  I could take {colour2}, but my heart is with {colour}.
  The button "tell me" does not seem to tell me anything.
--
  Could you put one aside?
  ~
  We leave for {place} in {month_next}, so there is time.
answer
  @size,col The next lot is due on {due_date}, and {size} is among it.
  @gone {colour} does not come again, I am afraid: the dyer has stopped making it.
  @one There is one left in {size}, in the shop in Leeds. I have it in front of me.
--
  @size,col I have put one aside under your name, and write to you the day it comes. No need to pay before.
  @one Shall I send it, or hold it for a week?
  @gone {colour2} is here today, if that changes your mind.
promise
  A line to {given} when the {product} is back

[compatibility]
matter
  my question
subject
  @insole Which insole fits the Ridge boot?
  Does {other_product} fit with {product}?
  Do these two fit together?
  Question before I buy
ask
  @click Does the {other_product} go together with the {product}?
  @insole Which insole fits the Ridge boot in {size}? The one you sell looks too thick at the heel.
  @gas Can I use a cartridge of another maker with your stove?
  @cover Will the rain cover of the Fells 45 go over a Fells 28 as well?
--
  The page says nothing about it, or I cannot find it.
  @click,gas I have both in front of me and do not want to force it.
  ~
--
  Thank you!
  Better to ask than to send it back.
  ~
answer
  @click It fits. You will feel a click, and it does not need force.
  @cover,click Not quite: it is a few millimetres too wide. The older version would have fitted.
  @insole Take the thin one, in the next size up, and cut it along the printed line.
--
  @gas Any cartridge with the screw thread works, as long as it is the European norm.
  If it does not sit well, send it back used. You asked first, so the risk is ours.
  I have asked for that line to be put on the page.
note
  People ask this every week. Wen, can the page say it?

[missing_part]
matter
  the missing part
subject
  {product}: part missing
  No {part} in the bag
  {part} missing
  Something was not in the box
ask
  There was no {part} with my {product}.
  @rehearse I set up my {product} in the garden and the {part} {part_was} not there.
  I unpacked everything twice: the list says {part}, the bag says no.
--
  The rest is all there and well made.
  @rehearse I would have found out on {place}, had my {relative} not insisted on a rehearsal.
  The order is {order}.
--
  Could you post it?
  We leave on {trip_day}.
  ~
answer
  @rehearse Well rehearsed. The {part} leaves today, as a letter, and should be there by {due_day}.
  I have taken one out of our own sample so that you have it by {due_day}.
--
  I am sorry that we packed without counting.
  I put in a spare, they like to hide in the grass.
  ~
note
  Third bag without a {part}. Jon, is it the whole carton?

[customs]
matter
  the customs charge
  the duties
subject
  Customs charge on order {order}
  Duties to {country}?
  Held at customs
  Who pays the import duty?
ask
  @wants {carrier} wants {amount_small} from me for customs before they deliver order {order}.
  @ask Do you send to {country}, and who pays the duty?
  @held My parcel has been held at customs since {past_day}, and they ask for a paper I do not have.
--
  On your page it says that the price is final.
  I would have ordered elsewhere had I known.
  They ask for a "commercial invoice" and a tariff number.
--
  What shall I do?
  ~
answer
  @wants,held The price on our page is final, so that charge is ours. Pay nothing at the door.
  @ask,wants To {country} we pay the duty. {carrier} asked you by mistake, and I have told them so.
--
  @held The paper they want is attached. I have sent it to them as well, so you need only wait until {due_day}.
  @wants If you have paid already, send me the receipt and I pay it back today.
note
  {carrier} forgot the duty-paid flag again.

[paid_twice]
matter
  the double payment
subject
  Paid twice
  Charged two times for order {order}
  Two payments of {price}
ask
  My card shows {price} twice for order {order}.
  I was charged on {order_date} and again two days later.
  The page hung when I paid, I pressed again, and now I seem to have paid two times.
--
  I need only one {noun_one}.
  A picture of my statement is attached.
  ~
--
  Please send one of them back.
  Is the second one real, or only a shadow?
answer
  The second one is only held, not taken, and disappears by itself within five days.
  You did pay twice. One {price} went back to your card this morning.
--
  If you still see it on {due_day}, tell me and I ring the bank.
  Sorry about the page that hung.
  ~
note
  Charlie checked: second payment is real, refunded.

[account_login]
matter
  my account
subject
  I cannot log in
  Password mail does not come
  Account locked
  Log-in trouble
ask
  @any I cannot get into my account any more.
  @mail The mail with the new password never comes, and yes, I looked in the spam.
  @lock After the third try your page says that I am locked, and for how long it does not say.
--
  I only want to see where order {order} is.
  I have changed from one provider to another, perhaps that is why.
  My {relative} used it last and swears to have touched nothing.
answer
  @lock,any The lock goes away by itself after an hour, and I have lifted yours now.
  @mail,any The mail went to your older address. I have changed it to this one, so please ask for the password once more.
--
  Order {order} is packed, by the way, and comes on {due_day}.
  ~
  @lock The page should say how long. I have passed that on.

[repair_service]
matter
  the repair
  my {noun}
subject
  Repair of an old {noun}
  Do you mend {product} from ten years ago?
  Workshop: {product}
  An old friend needs help
ask
  @old I have {a_product} from the first year you made {it}, and {it_s} need{s} some care.
  @hole Do you still repair the old {product}? Mine has a hole from a campfire.
  @hole My dog ate the cuff of my {product}.
  @old I inherited {a_product} from my {relative} and would like to wear {it} again.
--
  I know it would be cheaper to buy new. I do not want new.
  @old There is a tear as long as my hand at the left side, and a pocket hangs loose.
  Pictures are attached.
--
  What would it cost, and how long does it take?
  Where do I send it?
  ~
probe
  Would you put a coin beside the hole and take a photo? Then I can tell you the price before you send anything.
detail
  @hole Photo with coin attached.
  @hole The coin is a pound. The hole is about three pounds wide.
--
  ~
  Take your time, it is not raining yet.
answer
  @old,hole We would love to. Stella in the workshop sewed the first ones herself.
  That can be patched from the inside, and you will see a thin line and nothing more.
--
  It costs {small_price} and takes about {days} days. The label is attached, and you pay when it is back and you like it.
  For a thing that old we charge nothing but the postage.
note
  Workshop says yes, patch from the inside, {small_price}.

[idea]
matter
  my idea
subject
  An idea for the {product}
  Why no pocket?
  A wish
  Suggestion
ask
  I have an idea for the {product}: [a loop at the back|a second pocket inside|a brighter colour for fog|a zip that opens from both ends].
  Why is there no {product} in [longer lengths|children's sizes|orange]?
  @wish After {days} seasons with the {product} I have only one wish: {wish}.
--
  I would buy it at once.
  In the club we are at least {n} who think so.
  I have sewn it on myself, see the picture.
--
  Take it or leave it.
  I do not want anything for it.
  ~
answer
  Thank you. I have put it before the people who draw the next one, with your name on it.
  We tried that once and it leaked, so the honest answer is no for now. I can send you the drawing with the reason.
  @wish You are not alone with that wish: {n} people told us the same this year.
--
  I will write to you when something comes of it.
  If yours holds through the winter, I would like to see it again in spring.
  ~
note
  Passed on to product. {n} wishes of this kind so far.

[material]
matter
  my question
subject
  Where is the {product} made?
  @pfas Is the {product} free of PFAS?
  Down: where from?
  What is it made of?
ask
  @sew Where do you make the {product}, and who sews {it}?
  @pfas Is the {product} free of PFAS?
  @glue Is the glue in your {noun} vegan?
  @down Where does the down in your things come from?
--
  I am asking before I buy, because it decides whether I buy.
  I could not find it on your page.
  A short answer is enough.
answer
  @sew It is sewn in Portugal, in a workshop of forty people that we visit twice a year.
  @down The down is from Poland, a by-product, never live-plucked, and each bag carries its lot number.
  @pfas Since last spring nothing we make contains PFAS; older stock in the sale still does, and says so.
  @glue The glue is vegan, the leather of course is not. The Ridge Low comes without leather.
--
  @down,pfas The certificate is attached.
  If you want to know more, I can put you in touch with the person who buys it.
  ~

[job]
matter
  my application
subject
  Are you looking for people?
  Weekend job in the Leeds shop
  Application
  Placement for a student
ask
  @work I [study|live] in {city} and look for a weekend job in a shop where people know what they sell.
  @place Is there a place for a student of textile design with you next summer?
  @work I have guided on {place} for {days} seasons and my knees ask for something calmer.
--
  My letter and a short life are attached.
  I own three of your rucksacks and have repaired two.
--
  I would be glad to come by.
  ~
answer
  Thank you for writing. We have no place at the counter just now; from {month_next} we might.
  Come by on a weekday after four and ask for Sam.
--
  I keep your letter until then, and delete it if nothing comes of it.
  ~

[sponsorship]
matter
  our expedition
subject
  Expedition to {place}: support?
  Sponsoring {org}
  Would you support our run?
  Partnership
ask
  @yes We are {days} friends from {city} and plan to walk across {place} for charity.
  @yes {org} organises a fell run for beginners in {month_next} and looks for prizes.
  @no I have {n} thousand followers and would love to show your {product}.
--
  @yes In return your name would be on our shirts.
  @yes,say All money goes to the mountain rescue.
  @yes,say We do not need much, {quantity} hats would make us happy.
answer
  @yes We keep our help for those who teach others to be outdoors, and yours is such a case.
  @say We say no to most of these, and to yours too, with regret: what we have goes to mountain rescue and schools.
  @no We do not pay people to show our things. If you buy one and like it, we are glad.
--
  @yes {quantity} hats are on their way. Send us a picture with muddy ones.
  @no,say I wish you dry feet.
  ~

[advice]
matter
  my question
subject
  Advice for {place} in {month_next}
  @which Which {noun} for {place}?
  What would you take?
  First long walk
  Help me choose
ask
  @first We want to walk {place} in {month_next}, {days} days, and I have never slept outside.
  @which Which {noun} would you take for {place} in {month_next}?
  @cold I freeze easily, sleep badly and want to walk {place}. What do I need?
  @argue My {relative} and I disagree whether {a_product} {is} too much for {place}.
--
  I am {cm_tall} centimetres tall, if that matters.
  Weight matters to me more than price.
  I have a bad knee and a small budget.
  I would rather buy once and keep it for ten years.
--
  What do you say?
  Please be honest, I can take it.
  ~
probe
  How cold was it the last time you slept badly, and on what did you lie? The mat is more often the culprit than the bag.
  What do you own already? I would rather not sell you a second one.
detail
  @cold,first,which About five degrees, on an old foam mat.
  @cold,first,which I own good boots, and everything else is borrowed.
--
  ~
  And I sleep on my side.
answer
  @which,first,cold Honestly: you do not need the {product} for that. The lighter one does, and leaves you money for a good mat.
  @which,first,cold For {place} in {month_next} I would take the {product}, a warm hat, and less of everything else.
  @argue Both of you are right. In a dry year it is too much, and in a wet one you will be glad of it.
--
  A list of what I would put into the rucksack is attached. It comes to {kg} kilos.
  Borrow one first if you can, and come to us when you know what annoys you about it.
  Try it for one night in the garden before you go.

[rude_counter]
matter
  my complaint
  what happened in the shop
subject
  Not a good experience
  Treated badly in Leeds
  Complaint
  Disappointed
ask
  @look I was in your Leeds shop on {past_day} and left without being looked at for twenty minutes.
  @said On {past_day} a young colleague of yours told me in front of everybody that I "should read the label".
  @rang I rang three times this week, was passed from one to the next, and told my story four times.
--
  I have bought from you for {days} years, and this was not like you.
  I do not want a voucher. I want you to know.
  @look,said My {relative} was with me and can confirm it.
--
  I expect an answer from somebody who can change it.
  Perhaps it was a bad day. It was certainly one for me.
  ~
answer
  Thank you for telling us instead of simply staying away.
  @rang You are right to be cross, and I am sorry. Nobody should tell the same story four times.
--
  @look,said I have spoken with the colleagues of that day. They were two instead of four, which explains it and does not excuse it.
  I have asked {colleague} to ring you, if you allow it, because {colleague} can change the rota and I cannot.
  @look,said From next week somebody stands by the door on Saturdays and does nothing but look who is waiting.
note
  @look,said Spoke with the counter: two ill that day. Dora will ring.
  Dora, this one is for you. Buys since years, no fuss before.

[shop_event]
matter
  the evening
subject
  Talk on {trip_day}: places left?
  Evening about {place}
  Map and compass course
  Your course in {month_next}
ask
  Are there places left for the talk about {place}?
  I would like to come to the map and compass course with my {relative}.
  Is the evening on {trip_day} suitable for somebody who gets lost in car parks?
--
  Do I need to book, and what does it cost?
  We would be two, or three if the babysitter fails.
  Is there a lift?
answer
  There are {n} places left, and I have put down two for you.
  It is meant for people who get lost in car parks.
  It costs nothing, there is tea, and it begins at seven.
--
  The lift is beside the boots, and the last train to {city} still waits for you.
  If you cannot come after all, a line is enough.
  ~

[lost_property]
matter
  my lost {lost}
subject
  Left my {lost} in your shop
  Lost: {lost}
  Did anybody find a {lost}?
ask
  I think I left my {lost} in your changing room on {past_day}.
  Did anybody find a {lost}? I was in the shop on {past_day}, about {hour}.
--
  It is worth nothing to anybody but me.
  It was my {relative}'s.
  I had it when I tried on the {product}, and not any more on the train.
answer
  @here It is here, in the drawer under the till, and has been waiting for you.
  @not We have looked everywhere, also in the boots. It is not here, I am sorry.
--
  @here Shall I post it, or do you pass by? We keep it either way.
  @not If it turns up, I write to you the same day.

[press]
matter
  our article
subject
  Question for an article
  Review sample of the {product}?
  {org}: interview
ask
  I write for {org} and am testing rucksacks for the {month_next} number.
  For an article about repairing instead of replacing we look for makers who mend.
--
  Could you lend us {a_product} for three weeks?
  May I ring somebody about it this week? Twenty minutes are enough.
--
  The deadline is {trip_day}.
  ~
answer
  Gladly. Stella runs the workshop and knows most about it; she has time on {due_day} after two.
  We lend it under one condition: write what you find, also the bad part.
--
  It goes out today. Send it back as muddy as it gets.
  ~
note
  Dora agrees, Stella too.

[price_match]
matter
  the price
subject
  {product} cheaper elsewhere
  Price of {product}
  The price fell a day after I bought
  Sale
ask
  @day I paid {price} for my {product} on {order_date}, and the day after {it_s} {was} in the sale.
  @shop Another shop sells your {product} for {small_price} less.
  @when When does your sale begin? I would rather ask than guess.
--
  @day I know that prices change. It is the one day that annoys me.
  @shop Would you match that?
  @shop,when I would rather buy from you.
answer
  @day One day is annoying, I agree. The difference is on its way back to your card.
  @shop We do not match other shops, because then our price would be theirs. That is a no, with the reason.
  @when The sale begins on {due_date}, and I should not have told you.
--
  @day,when Within two weeks of buying we always pay back the difference; you need only say.
  @shop What we do give is the repair for three years, which they do not.
  ~

[call_back]
matter
  the call
subject
  Please call me
  Call back
  I would rather speak with somebody
ask
  Please ring me about my {product}, it is too long for a letter.
  I tried to ring you twice today and gave up at number {n} in the queue.
  My hands do not type well. Could somebody call me?
--
  The number is {phone}, any time after five.
  I am on {phone}, mornings are best.
--
  It is about order {order}.
  ~
answer
  @done I have just rung and spoken with you, so this is only for the record: {a_new_one} leaves by {due_day}.
  @tried I tried at ten past five and again at six. I try again tomorrow at the same time.
  @done It was good to speak with you. As agreed, the {noun} goes to the workshop and is back by {due_day}.
--
  ~
  @tried My direct line is below, so that you need not queue again.
note
  @tried Rang {phone}, no answer.
  @done Rang {phone}: wants a repair, not a refund. Very kind on the phone.

[safety]
matter
  my question
subject
  Is my {product} safe to use?
  Recall?
  Heard there was a recall
  Question about safety
ask
  @forum In a forum they say that your {product} {is} being recalled. Is that true?
  @lock I read about pole locks that slip. Are mine among them? I bought them in {month}.
  @stove Is it safe to use the stove in the porch of the {product}? The leaflet is silent.
--
  I do not want to make trouble, I only have two small children.
  @forum,lock The number inside is {lot}.
  ~
answer
  @forum,lock There is no recall. There is a lot of lever locks that slip when wet, and yours, {lot}, is not among them.
  @lock Yours is among those we exchange. Please do not lean on it in the wet until the new one is there, by {due_day}.
  @stove Not in the porch, please, not even in rain. Every winter somebody is poisoned that way.
--
  Thank you for asking instead of guessing.
  If in doubt ring me, the number is below.

[cold_pitch]
matter
  our offer
subject
  Quick question
  Your website is losing visitors
  Re: partnership opportunity
  {n}% more sales in 30 days
  Guest post on your blog
ask
  I came across your website and noticed {n} mistakes that cost you customers every day.
  We help brands like yours to get {n} thousand new visitors in 30 days, guaranteed.
  Do you accept guest posts? We offer articles about casinos, sleep and outdoor living.
--
  When do you have 15 minutes this week?
  I have written to you {days} times now and am a little disappointed.
  Our first report is free of charge!!
--
  Are you the right person to speak to?
  Just reply "YES".
  ~
answer
  No, thank you.

[supplier]
matter
  the delivery
  your order
subject
  Delivery of {part} in week {week}
  Offer {ref}
  Your purchase order {ref}
  Delay with {part}
ask
  @ready Your order {ref} for {quantity}0 pieces of {part} is ready and leaves us on {trip_day}.
  @late The {part} of order {ref} will come {days} days later than confirmed.
  @offer Please find attached our offer for {part}, valid until the end of {month_next}.
--
  @late The reason is the anodising, which had to be done twice.
  @ready We deliver on two pallets, please tell the gate.
  @ready,late Please confirm.
--
  ~
  Best regards also to Jon.
answer
  @ready Thank you, confirmed for {trip_day}. The gate knows.
  @late That is later than we can use it. Could half of it leave now, by courier, at our cost?
  @offer Received, and passed on to Jon in the warehouse.
--
  ~
  @ready,late Please send the test report of the lot with it.
note
  Jon: goes on shelf C4, first {n} pieces to the workshop.

[reassure]
matter
  my order
subject
  Did my order go through?
  No confirmation for my order
  Just checking
  Order from this morning
ask
  @conf I ordered {a_product} [this morning|last night] and have had no confirmation.
  @white The page went white after paying. Have I bought {a_product} or not?
  @hand My order {order} shows as "in hand". Is that good or bad?
--
  @conf,white I would rather not order a second time by mistake.
  @conf,white My bank says yes, your page says nothing.
  ~
answer
  @conf,white It went through: order {order}, {a_product}, {colour}, {size}. It leaves on {due_day}.
  @hand "In hand" means somebody is packing it. That is good.
  @white Nothing reached us, so you have not bought anything, and your bank lets the money go by itself in a few days.
--
  @conf The confirmation had a typing error in the address: one letter too many. I have mended that.
  ~

[child_sizes]
matter
  the child's {noun}
subject
  Children's sizes
  {product} for a {age}-year-old
  Rucksack for my daughter
  @jacket Which size for a tall child?
ask
  @jacket Which size of the {product} fits a child of {age} who is tall for that age?
  @jacket My {relative} is {age}, {cm_child} centimetres, and refuses everything that is not {colour}.
  @pack We look for a rucksack that a child of {age} can carry up {place} without stopping at every bend.
--
  It should last for two summers if possible.
  @jacket Last year's already ends above the wrist.
  ~
--
  Do you take things back when they are outgrown?
  Thank you!
  ~
answer
  @jacket For {cm_child} centimetres take the next size and turn the cuffs in once, they are made for that.
  @pack At {age} a pack should weigh no more than a tenth of the child, so the small one.
--
  When it is outgrown and not in shreds, we take it back for a third of the price and pass it on.
  @jacket {colour} we have, luckily.
  ~

[lent_kit]
matter
  the kit you lent us
  the loan
subject
  Kit on loan: thank you, and one tear
  Returning the lent {noun}
  The jackets you lent us
ask
  The kit you lent to {org} comes back with {carrier} on {trip_day}.
  Our week on {place} is over, and all {quantity} jackets have survived. Nearly all.
--
  One has a tear at the sleeve, and the owner of the elbow apologises.
  Two children asked where they can buy theirs.
  We washed them as your sheet says.
--
  Thank you for your trust.
  What do we owe you for the tear?
answer
  An elbow is what a sleeve is for. You owe us nothing.
  They came back cleaner than they left us, thank you.
--
  The cupboard is yours again next year if you write before {month_next}.
  I attach a sheet for the children on how to patch a sleeve.
  ~
"""

SHARED = """
[shared]
greeting
  Hello,
  Hi,
  Hi there,
  Good morning,
  Good evening,
  Dear Tarn & Trail,
  Hello everybody,
  Dear all,
  Good afternoon,
  Dear Sir or Madam,
  Hello Tarn & Trail,
greeting_agent
  Dear {agent},
  Hello {agent},
  Hi {agent},
  {agent},
  Good morning {agent},
sign_off
  Kind regards
  Best wishes
  Many thanks
  Thanks
  Yours sincerely
  Best
  All the best
  Cheers
  With thanks
  Regards
colour
  It has rained here in {city} for a week, so gear is all we talk about.
  I am writing this on the train, so forgive the typing.
  We have walked with your things since {year}, through three children and two dogs.
  My {relative} found you by the small stand at the Kendal fair.
  I am new to all this and learning.
  Greetings from {city}, where the hills are flat and the wind is not.
  Normally I would have come by, but the shop is {n} miles away.
  I run a small walking group, so I hear a lot about gear.
  You may remember me, I am the one with the red dog.
  We had a wonderful week on {place} otherwise.
  I have put off writing this for a fortnight.
  I hope this reaches the right person.
  My {relative} says that I should have written earlier.
  I am eighty-one and still go up {place} once a year, so my kit has to work.
  I ordered from the phone, which may have been my first mistake.
ps
  P.S. The card with the map in the parcel is a lovely idea.
  P.S. Your page is hard to read on an old phone.
  P.S. I once wrote about drying boots with newspaper, did that ever help anybody?
  P.S. Say hello to the dog in the Leeds shop.
  P.S. Whoever packed my last parcel drew a sheep on it. That made my day.
nudge
  I wrote on {asked_day} about {matter} and have not heard from you yet.
  Is there any news about {matter}?
  I do not want to be a nuisance, but what about {matter}?
  Did my letter of {asked_day} reach you? It was about {matter}.
  Just a gentle reminder about {matter}.
--
  A short line would do.
  I only want to know whether to wait.
  ~
  We leave on {trip_day}, so it is becoming urgent.
thanks
  Thank you, that was quick.
  Perfect, thank you {agent}.
  That solved it, many thanks.
  Wonderful. I did not expect that.
  Thank you for the clear answer, {agent}.
  It came this morning, all is well now.
  Brilliant, thanks for your help!
  That helps a lot, thank you.
  You are very kind, {agent}.
  All good now. Thank you.
--
  ~
  I will tell my {relative}.
  I will order again.
  Have a good week.
  ~
  See you in the shop one day.
complain
  I am sorry, but that is not good enough.
  That does not help me, {agent}.
  With respect, this is the third time I explain it.
  I had hoped for a better answer than that.
  You wrote that it would be {due_day}. It was not.
--
  I have been a customer for {days} years and never had to complain before.
  All I want is that somebody takes care of {matter}.
  If this is not settled by {trip_day}, I want my money back.
  I would like to hear from somebody who is allowed to decide.
--
  ~
  You can imagine what I tell people who ask me about your things.
recover
  You are right, and I am sorry. I have taken this over and it stays with me until it is done.
  I have read all of it, from your first letter on. We made you repeat yourself, and that is on us.
  That was not a good answer, and you should not have had to write again.
--
  {a_new_one_cap} leaves by courier today, so that you have {it} tomorrow. There is nothing to send back.
  I have paid {price} back to you today, and what you have you may keep.
  You have my own number below. I will ring you on {due_day} at ten to hear whether all is well.
recover_matter
  You are right, and I am sorry. I have taken this over and it stays with me until it is done.
  I have read all of it, from your first letter on. We made you repeat yourself, and that is on us.
  That was not a good answer, and you should not have had to write again.
--
  I will have a proper answer about {matter} for you by {due_day}, and you have it in writing even if it is a no.
  I have set it right today myself. If anything is still open on {due_day}, ring me, my own number is below.
reconciled
  Thank you, {agent}. That is what I had hoped for.
  Now I am content. Thank you for taking the trouble.
  It arrived this morning. I take back half of what I said.
  Very well. Thank you for ringing, {agent}.
late_apology
  I am sorry that you waited so long for this.
  You waited far longer than we want anybody to wait, and I am sorry.
  Your letter lay between two desks, and that is our fault.
  This should have reached you days ago.
  We have had more letters than hands this week, and yours waited too long.
hold
  I do not have the answer yet. I have asked the {department} and will write to you by {due_day}.
  That is for our {department} to say. I have asked, and you hear from me by {due_day}.
  I want to be sure before I answer, so give me until {due_day}.
answer_thanks
  Glad that it worked. Enjoy {place}.
  Thank you for telling me.
  You are welcome, {given}.
  Good to hear. If anything comes up, write to me.
closing
  Write to me again if anything is not right.
  If it is not solved with that, tell me.
  I hope that helps.
  ~
  ~
  Any time.
fresh
  @laces Something else: do you also sell spare laces for the Ridge boots?
  @shop One more question, if I may: are dogs allowed in the Leeds shop?
  @gift While I am at it: can gift cards be used in the shop as well?
  @green I nearly forgot: will the Harrier come in green again?
  @old And another thing: do you take back old rucksacks?
  @wash One last thing: may the Plover fleece go into the dryer?
fresh_answer
  @laces We do, in two lengths. Take the longer ones if you lace to the top.
  @shop They are, and there is water by the boots.
  @gift They work in the shop and online, and never run out.
  @green Not this year, I am afraid. Petrol is as near as it gets.
  @old Gladly. Bring it or post it, and we mend it for somebody who has none.
  @wash Better not, heat makes it hard. It dries on a line in an hour anyway.
note
  Rang {carrier}, they promise an answer tomorrow.
  Customer since {year}, always friendly. Let us be generous.
  Taking this one.
  Jon, can you look on the shelf please?
  Looks like the same thing as last week.
  Waiting for the {department}.
  Checked: paid, packed on {ship_day}.
  Would you take this, {other_agent}? I am off tomorrow.
  Leaving it with {other_agent}, who spoke with {given} before.
  {given} rang as well. Told the same story, sounded patient.
  Gesture is fine with me, up to {small_price}. Dora
handover
  {other_agent}, please take this over, it needs somebody who can decide.
  Passing to {other_agent}: {given} has had to repeat it twice.
  Dora, could you look at this one before we answer?
out_of_office
  I am away until {back_date} and read no mail. In urgent cases please write to the office.
  Thank you for your message. I am walking in the hills until {back_date} and will answer after that.
  I am out of the office and back on {back_date}. Your mail is not forwarded.
snoozed_reply
  @part The {part} is on order and should be here on {due_day}. I write to you the same day.
  @part,lot I have asked the maker and expect an answer by {due_day}. You hear from me then, either way.
  @lot The next lot is due on {due_day}; I have put your name on one and look again that morning.
"""

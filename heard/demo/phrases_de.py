"""What German-speaking customers write, and how Hanna answers; written as `phrases_en.py` is. Hanna says *Sie* until told otherwise."""

SCRIPTS = """
[late_parcel]
matter
  mein Paket
  die Bestellung {order}
subject
  Wo bleibt Bestellung {order}?
  Paket nicht angekommen
  Bestellung {order} vom {order_date}
  Sendung hängt fest
ask
  am {order_date} habe ich bei Ihnen bestellt (Nr. {order}), und bis heute ist nichts gekommen.
  die Seite von {carrier} zeigt seit {days} Tagen „in Zustellung“, aber hier war niemand.
  vor {days} Tagen kam Ihre Nachricht, dass das Paket unterwegs sei. Seitdem Stille.
--
  Am {trip_day} fahren wir los und {der_artikel} soll mit.
  Es eilt nicht, ich möchte nur wissen, ob es verloren ist.
  Die Nachbarn haben auch nichts angenommen.
--
  Die Sendungsnummer ist {tracking}.
  Könnten Sie bitte nachsehen?
answer
  ich habe bei {carrier} angerufen: Ihr Paket lag in {depot}, weil das Etikett abgegangen war.
  der Fehler liegt bei uns. Die Bestellung hat {days} Tage auf ein Etikett gewartet.
--
  Am {due_day} ist es bei Ihnen. Wenn nicht, schreiben Sie mir, dann geht sofort ein zweites los.
  Ich habe heute ein zweites Paket losgeschickt, es kommt am {due_day}. Das erste lassen Sie einfach zurückgehen.
note
  {carrier}: Etikett abgerissen, liegt in {depot}.

[size_exchange]
matter
  der Umtausch
subject
  Umtausch: {artikel} in {size_up}
  Größe {size} passt nicht
  Andere Größe möglich?
ask
  {der_artikel} ist heute gekommen, danke, aber Größe {size} ist mir zu [klein|eng an den Schultern].
  ich trage sonst {size}, Ihre {size} fällt aber eher wie {size_down} aus.
--
  Die Etiketten sind noch dran.
  Bestellnummer {order}.
--
  Haben Sie {size_up} in {colour}?
  Was kostet mich der Versand?
answer
  {size_up} in {colour} ist da, und ich habe sie Ihnen zurückgelegt.
  nach dem, was Sie schreiben, würde ich {size_up} nehmen: der Schnitt ist an den Schultern schmal.
--
  Sie geht heute raus. Die erste schicken Sie mit dem beiliegenden Etikett zurück, wann es Ihnen passt; das kostet Sie nichts.
  Am {due_day} ist sie bei Ihnen.

[pole_lock_wet]
matter
  der Verschluss
  meine Stöcke
subject
  Carbon Z: Klemmhebel rutscht bei Nässe
  Stock beim Abstieg eingeknickt
  Verschluss hält nicht
  Trekkingstöcke, Bestellung {order}
ask
  bei meinen Carbon Z rutscht der untere Verschluss durch, sobald es nass wird.
  beim Abstieg von {place} ist mir am {past_day} im Regen ein Stock zusammengerutscht, als ich mit vollem Gewicht drauf war.
  trocken sind die Carbon Z die besten Stöcke, die ich je hatte. Nass hält der Klemmhebel nicht.
--
  Passiert ist nichts, aber weiter oben möchte ich das nicht erleben.
  Bei den Stöcken von [meiner Frau|meinem Bruder] ist es dasselbe.
  Die Schraube habe ich schon bis zum Anschlag angezogen.
--
  Ist das bekannt?
  Eine Reparatur wäre mir lieber als das Geld.
probe
  steht unter dem Hebel eine kleine Nummer? Daran erkennen wir, aus welchem Los der Verschluss ist.
detail
  unter dem Hebel steht {lot}.
  {lot}, ich habe eine Lupe gebraucht.
answer
  danke, dass Sie es sagen, und gut, dass nichts passiert ist.
  Sie sind {since_wave} nicht der Erste mit dieser Erfahrung: der Hebel verliert den Halt, wenn Wasser unter die Manschette kommt.
--
  Ich schicke Ihnen ein neues Paar mit Drehverschluss, es geht spätestens am {due_day} raus. Das alte behalten Sie.
  Bitte stützen Sie sich bei Nässe nicht darauf, bis das neue Paar da ist. Es geht spätestens am {due_day} raus.
note
  Los {lot}, kommt auf die Liste.

[return_how]
matter
  die Rückgabe
subject
  Rückgabe ohne Karton
  Wie schicke ich etwas zurück?
  Rücksendung Bestellung {order}
ask
  ich möchte {den_artikel} zurückgeben, [ungetragen|nur einmal anprobiert].
  wie schicke ich Bestellung {order} zurück?
--
  Den Karton habe ich leider schon entsorgt. Geht es trotzdem?
  Einen Drucker habe ich nicht.
--
  Danke im Voraus.
  ~
answer
  jeder Karton ist recht, auch eine feste Tüte. Das Etikett liegt bei.
  Sie brauchen keinen Drucker, der Code im Anhang genügt am Schalter.
--
  Das Geld ist drei Tage nach Ankunft wieder bei Ihnen.
  Zeit haben Sie bis zum {due_date}.

[invoice_company]
matter
  die Rechnung
subject
  Rechnung für {org}
  Rechnung zu Bestellung {order}
  Rechnung mit USt-IdNr.
ask
  könnten Sie uns die Rechnung zu Bestellung {order} auf {org} ausstellen?
  unsere Buchhaltung braucht eine Rechnung mit USt-IdNr., der Beleg im Paket reicht leider nicht.
--
  Die Nummer lautet {vat}.
  Anschrift: {street}, {city}.
--
  PDF genügt.
  ~
answer
  die Rechnung auf {org} liegt bei. Der alte Beleg ist damit ungültig.
  anbei die Rechnung mit Ihrer USt-IdNr.
--
  Wenn etwas daran nicht passt, ändere ich es am selben Tag.
  ~

[wax_care]
matter
  das Wachsen
subject
  {artikel} neu wachsen
  Imprägnieren, aber womit?
ask
  ich möchte vor dem Winter {den_artikel} neu imprägnieren. Muss das alte Wachs vorher herunter?
  an den Schultern perlt der Regen nicht mehr ab. Sprühen oder einwaschen?
--
  Es ist jetzt der {ordinal} Winter.
  Beim letzten Mal roch die Küche eine Woche danach.
answer
  das alte Wachs darf bleiben. Ausbürsten, anwärmen, und so wenig wie möglich einreiben.
  erst ohne Weichspüler waschen, dann nass einwaschen. Das Spray ist für die Schultern zwischendurch.
--
  Eine Dose reicht für zwei Jacken. Zu viel ist der übliche Fehler.
  Ein Bügeleisen über einem Geschirrtuch geht besser als ein Föhn.

[sole_loose]
matter
  meine Schuhe
  die Sohle
subject
  Sohle löst sich
  Ridge: Sohle nach {n} Touren lose
  Lohnt sich neu besohlen?
ask
  an meinem linken Ridge löst sich vorn die Sohle.
  nach {n} Touren stehen bei beiden Schuhen die Sohlen vorn offen.
--
  Sie wurden immer langsam getrocknet, nie am Ofen.
  Das Leder ist wie neu, umso ärgerlicher.
--
  Lässt sich das kleben?
  Bilder liegen bei.
answer
  das ist kein Verschleiß, und Sie haben nichts falsch gemacht.
  danke für die Bilder. Der Kleber hat nachgegeben, nicht der Schaum, und das lässt sich richten.
--
  Schicken Sie beide mit dem Etikett ein, die Werkstatt macht neue Sohlen. Am {due_day} haben Sie sie wieder.
  Ich schicke Ihnen lieber ein neues Paar in {size}, als eine Charge zu kleben, der ich nicht traue.

[thank_you_photo]
matter
  mein Bild
subject
  Gruß von {place}
  Ein Bild für die Wand
ask
  einen Gruß von {place}! {der_artikel} hat gehalten, was Sie versprochen haben.
  auf der Karte im Karton stand, man solle ein Bild schicken. Hier ist eins von {place}.
--
  {days} Tage, keine Blase.
  Sie hatten recht mit der größeren Größe.
answer
  was für ein Blick. Das Bild hängt seit heute früh an der Wand hinter der Kasse.
  danke, wir haben es herumgereicht.
--
  Dürfen wir es auch auf der Seite zeigen, mit Ihrem Vornamen? Nur wenn Sie mögen.
  ~

[boot_sizing]
matter
  die Größe
subject
  Welche Größe beim Ridge?
  Zwischen {size} und {size_up}
ask
  ich liege zwischen {size} und {size_up}. Wie fallen Ihre Schuhe aus?
  mein Fuß ist eher breit, und bisher drückt jeder Bergschuh am kleinen Zeh.
--
  Gedacht sind sie für Touren an {place}, mit etwa {kg} Kilo Gepäck.
  Ein Geschäft in der Nähe von {city} gibt es ja nicht.
probe
  stellen Sie sich bitte auf ein Blatt Papier und messen den längeren Fuß von der Ferse bis zur Spitze.
detail
  links {mm} Millimeter, rechts etwas weniger.
  {mm} Millimeter, vorn ziemlich breit.
answer
  bei {mm} Millimetern würde ich {size_up} nehmen, mit mittlerer Socke.
  vorn sind sie etwas schmal, {size_up} ist die sichere Wahl.
--
  Probieren Sie abends, auf dem Teppich, eine Stufe hinunter: vorn darf nichts anstoßen.
  Wenn sie drücken, schicken Sie sie mit dem Etikett zurück. Es kostet nichts.

[back_in_stock]
matter
  {der_artikel}
subject
  Wann wieder lieferbar?
  {artikel} in {size}
ask
  wann gibt es {artikel} wieder in {size}?
  {artikel} in {colour} ist seit {month} ausverkauft. Kommt noch etwas nach?
--
  Ich schaue jeden Morgen nach.
  Zur Not ginge auch {colour2}.
answer
  die nächste Lieferung kommt am {due_date}, {size} ist dabei.
  ein Stück in {size} ist noch im Laden in Leeds.
--
  Ich habe es für Sie zurückgelegt und schreibe am selben Tag.
  Soll ich es schicken oder eine Woche aufheben?

[warranty]
matter
  die Garantie
subject
  Garantie auf {artikel}?
  Kassenbon verloren
ask
  @how wie lange geben Sie Garantie auf {artikel}?
  @receipt den Kassenbon habe ich nicht mehr, gekauft wurde im {month} in Leeds.
--
  Auf der Seite steht drei Jahre, im Karton zwei.
  Bilder kann ich gern schicken.
answer
  @how drei Jahre stimmt. Der Zettel im Karton ist ein alter Druck.
  @receipt den Bon brauchen Sie nicht. Ich habe die Bestellung gefunden, Nr. {order}.
--
  Ich würde lieber reparieren als ersetzen: das Etikett liegt bei, am {due_day} haben Sie alles wieder.
  ~
"""

SHARED = """
[shared]
greeting
  Guten Tag,
  Hallo,
  Sehr geehrte Damen und Herren,
  Guten Morgen,
  Liebes Team,
  Grüß Gott,
greeting_agent
  Guten Tag {agent_full},
  Hallo {agent},
  Liebe {agent},
sign_off
  Mit freundlichen Grüßen
  Viele Grüße
  Beste Grüße
  Schöne Grüße aus {city}
  Danke und Gruß
  Herzliche Grüße
colour
  Hier in {city} regnet es seit einer Woche, da hat man Zeit zum Schreiben.
  Ich schreibe aus dem Zug, daher die Kürze.
  Wir gehen seit {year} mit Ihren Sachen in die Berge.
  Sonst war die Woche auf {place} großartig.
  Ich hoffe, das landet an der richtigen Stelle.
ps
  PS: Die Karte im Paket ist eine schöne Idee.
  PS: Wer auch immer gepackt hat, hat ein Schaf dazugemalt. Danke dafür.
nudge
  ich hatte am {asked_day} geschrieben und noch nichts gehört. Es geht um Folgendes: {matter}.
  gibt es schon etwas Neues? Stichwort: {matter}.
--
  Eine kurze Zeile genügt.
  ~
thanks
  danke, das ging schnell.
  wunderbar, vielen Dank.
  heute angekommen, alles bestens.
  das hat geholfen, danke Ihnen.
--
  ~
  Eine gute Woche.
  Ich bestelle wieder.
complain
  das hilft mir leider nicht weiter.
  mit Verlaub, ich erkläre es jetzt zum dritten Mal.
--
  Ich kaufe seit {days} Jahren bei Ihnen und habe mich noch nie beschwert.
  Wenn es bis {trip_day} nicht geklärt ist, möchte ich mein Geld zurück.
recover
  Sie haben recht, und es tut mir leid. Ich kümmere mich selbst darum, bis es erledigt ist.
  ich habe alles von Anfang an gelesen. Dass Sie es wiederholen mussten, liegt an uns.
--
  Heute geht per Kurier Ersatz los, morgen ist er da. Zurückschicken müssen Sie nichts.
  Ich habe Ihnen heute {price} erstattet, und was Sie haben, behalten Sie.
recover_matter
  Sie haben recht, und es tut mir leid. Ich kümmere mich selbst darum, bis es erledigt ist.
  ich habe alles von Anfang an gelesen. Dass Sie es wiederholen mussten, liegt an uns.
--
  Bis {due_day} haben Sie eine klare Antwort, auch wenn es ein Nein ist.
reconciled
  danke, so hatte ich es mir gewünscht.
  heute gekommen. Ich nehme die Hälfte zurück.
late_apology
  es tut mir leid, dass Sie so lange warten mussten.
  Ihre Nachricht lag zwischen zwei Tischen, das ist unser Fehler.
hold
  ich habe noch keine Antwort. Ich habe im {department} gefragt und melde mich bis {due_day}.
answer_thanks
  das freut mich.
  gern geschehen.
closing
  Wenn etwas nicht stimmt, schreiben Sie mir.
  ~
  ~
note
  Ich übernehme das.
  Kunde seit {year}, immer freundlich.
  Geprüft: bezahlt, am {ship_day} gepackt.
  Warte auf {department}.
handover
  {other_agent}, can you decide this one? German, I translate.
out_of_office
  Ich bin bis {back_date} nicht im Büro. Ihre Nachricht wird nicht weitergeleitet.
  Bis {back_date} bin ich in den Bergen und lese keine Post.
snoozed_reply
  @part das Teil ist bestellt und sollte am {due_day} da sein. Ich schreibe Ihnen am selben Tag.
  @part,lot ich habe beim Hersteller gefragt und erwarte bis {due_day} Antwort. Sie hören dann von mir.
"""

"""What customers and the Spanish-speaking team say; written as `phrases_en.py` is. We say *tú*, customers say what they like."""

SCRIPTS = """
[late_parcel]
matter
  mi paquete
  el pedido {order}
subject
  ¿Dónde está el pedido {order}?
  El pedido {order} no llega
  Paquete sin noticias
  ¿Cuándo llega mi pedido?
  {carrier}: sin movimiento desde el {past_day}
ask
  El {order_date} pedí {un_producto} y todavía no ha llegado nada.
  El pedido {order} tenía que estar aquí el {past_day} y sigo sin noticias.
  La página de {carrier} dice «en reparto» desde hace {days} días.
  Hace {days} días que me escribisteis que el paquete había salido del almacén.
--
  Salimos hacia {place} el {trip_day} y [me hace falta|contaba con tenerlo].
  Era un regalo para mi {relative} y el cumpleaños ya pasó.
  No tengo prisa, solo quiero saber que no se ha perdido.
  ¿Podéis mirar por dónde anda?
--
  El número de seguimiento es {tracking}.
  Gracias de antemano.
  ~
probe
  ¿Me confirmas que {street} sigue siendo la dirección correcta? El transportista dice que no la encuentra.
  ¿Hay un teléfono en el que el repartidor pueda llamarte?
detail
  Sí, {street} está bien. El timbre no funciona, hay que llamar a la puerta.
  Pueden llamarme al {phone}, mejor por la tarde.
--
  ~
  Mañana estoy en casa todo el día.
answer
  He llamado a {carrier}: tu paquete estaba en {depot} porque se había despegado la etiqueta.
  El fallo es nuestro: el pedido esperó {days} días una etiqueta y nadie se dio cuenta.
  {carrier} lo mandó a un almacén equivocado, y ya lo han encontrado.
--
  Lo tendrás el {due_day}. Si no llega, escríbeme y te mando otro sin esperar al primero.
  Hoy mismo sale otro por mensajero y lo tendrás el {due_day}. Si aparece el primero, recházalo en la puerta.
--
  ~
  Te hemos devuelto los gastos de envío.
note
  {carrier} dice que la etiqueta estaba rota. Reclamado.
  Jon, ¿puedes mirar si ha vuelto algo con el número {order}?

[size_exchange]
matter
  el cambio de talla
  el cambio
subject
  Cambio de talla: {producto}
  La talla {size} me queda pequeña
  ¿Puedo cambiar la {size} por la {size_up}?
  Talla equivocada
ask
  Hoy ha llegado {el_producto} en la talla {size} y me queda [estrech{o} de hombros|un poco pequeñ{o}].
  Suelo llevar la {size}, pero la vuestra es más bien una {size_down}.
  He comprado {un_producto} para mi {relative} y no le vale la {size}.
--
  Las etiquetas siguen puestas.
  Solo {lo} he probado en casa.
  El pedido es el {order}.
--
  ¿Tenéis la {size_up} en {colour}?
  ¿El envío de vuelta lo pago yo?
  Si {lo} mando hoy, ¿llegaría {el_otro} antes del {trip_day}?
answer
  La {size_up} en {colour} la tenemos, y te la he apartado.
  Por lo que cuentas, yo cogería la {size_up}: el corte es estrecho de hombros.
--
  Sale hoy. Devuelve la primera cuando te venga bien con la etiqueta que te adjunto; no pagas nada.
  La tendrás el {due_day}. Mete la otra en la misma caja y dásela al mensajero.
--
  ~
  Si tampoco te vale, lo intentamos otra vez.

[pole_lock_wet]
matter
  el cierre del bastón
  los bastones
subject
  Bloqueo del bastón
  El cierre se afloja con la lluvia
  Carbon Z: se cierra solo
  Bastones Carbon Z, pedido {order}
  Problema con los bastones en mojado
ask
  El cierre [inferior|de abajo] del bastón se afloja [cuando llueve|en cuanto se moja].
  Bajando de {place} el {past_day}, con lluvia, un bastón se me plegó al apoyarme.
  Con tiempo seco los Carbon Z son los mejores que he tenido. En mojado la palanca no aguanta.
  He apretado el tornillo hasta el final, como dice el folleto, y en mojado sigue resbalando.
--
  Solo fue una rodilla, pero cien metros más arriba habría sido otra cosa.
  A mi {relative} le pasa lo mismo con los suyos.
  Siempre el tramo de abajo y siempre con agua.
--
  ¿Es un defecto conocido?
  El {trip_day} guío a un grupo y necesito unos bastones de los que fiarme.
  Prefiero una reparación al dinero.
probe
  ¿Puedes mirar debajo de la palanca si hay un número pequeño? Nos dice de qué lote es.
  ¿Me mandas una foto del tubo, justo donde aprieta el cierre?
detail
  Pone {lot}.
  Adjunto la foto. El número es {lot}, creo.
--
  ~
  En los dos bastones.
answer
  Gracias por contarlo, y me alegro de que solo fuera una rodilla.
  No eres la única persona que nos lo dice {since_wave}, y nos lo tomamos en serio: la palanca pierde agarre cuando entra agua.
  Menudo susto. Un bastón tiene una sola tarea y el tuyo no la hizo.
--
  Te mando un par nuevo con cierre de rosca, que sale antes del {due_day}. Quédate los viejos, no hay que devolver nada.
  Hasta que esté resuelto no te apoyes en ellos cuando estén mojados. El par con cierre de rosca sale antes del {due_day}.
--
  Hemos pedido al fabricante un anillo nuevo y te escribiré cuando sepamos más.
  ~
note
  Lote {lot}. A la lista de palancas, ya van {n} este mes.
  Igual que los otros: mojado, tramo inferior, palanca.

[refund_late]
matter
  el reembolso
  mi dinero
subject
  Reembolso del pedido {order}
  Sigo sin ver el dinero
  Reembolso de {el_producto}
  ¿Cuándo llega el reembolso?
ask
  Me dijisteis que los {price} estarían en mi cuenta en tres días, y no están.
  Sigo esperando el reembolso del pedido {order}.
  En el banco han mirado dos veces: no ha entrado nada vuestro.
--
  No lo dudo, pero me gustaría verlo.
  La tarjeta con la que pagué ha caducado, ¿puede ser por eso?
  Son {price}, para mí no es poco.
--
  ¿Qué día salió?
  ~
answer
  El banco nos lo devolvió porque la tarjeta ha caducado, y aquí nadie lo vio.
  Lo siento: el reembolso estaba aprobado y se quedó una semana en una lista.
--
  Hoy lo he mandado por transferencia. Debería estar en tu cuenta el {due_day}.
  Sale hoy. Si el {due_day} no lo ves, escríbeme y llamo contigo al banco.
note
  Charlie: reembolso de {price} rechazado por la tarjeta, hoy por transferencia.

[invoice_company]
matter
  la factura
subject
  Factura del pedido {order}
  Factura a nombre de {org}
  Factura con CIF
ask
  ¿Podéis hacernos una factura del pedido {order} a nombre de {org}?
  Compré {quantity} unidades de {producto} para {org} y necesito una factura completa.
--
  El CIF es {vat}.
  La dirección es {street}, {city}.
  Nuestra referencia es {ref}.
--
  En PDF nos vale.
  Cerramos el mes el {trip_day}.
  ~
answer
  Te adjunto la factura a nombre de {org}, con el CIF.
  Aquí la tienes. El recibo anterior queda anulado, así que contabilizad solo esta.
--
  Si algo no os cuadra, dímelo y la cambio el mismo día.
  ~

[boot_sizing]
matter
  la talla
subject
  ¿Qué talla en {el_producto}?
  Duda con la talla
  Entre la {size} y la {size_up}
ask
  Uso una {size} en casi todo y una {size_up} con calcetín grueso. ¿Qué cojo en {el_producto}?
  Tengo el pie ancho y nunca encuentro botas que no me aprieten.
  Estoy entre la {size} y la {size_up} y no tengo ninguna tienda cerca de {city}.
--
  Serían para {place}, con una mochila de unos {kg} kilos.
  El pie izquierdo es medio número más grande, claro.
--
  Muchas gracias.
  ¿Se pueden devolver después de probarlas en la alfombra?
probe
  ¿Puedes ponerte de pie sobre un papel, dibujar el pie más largo y medirlo del talón a la punta?
detail
  {mm} milímetros el izquierdo, un poco menos el derecho.
  {mm}, y bastante ancho por delante.
answer
  Con {mm} milímetros yo cogería la {size_up}, con un calcetín medio.
  Por delante son algo estrechas, así que la {size_up} es lo más seguro.
--
  Pruébatelas por la tarde, bajando un escalón: los dedos no deben tocar.
  Si te aprietan, devuélvelas con la etiqueta de la caja. No pagas nada y nadie pregunta.

[down_washing]
matter
  el lavado
subject
  ¿Cómo se lava {el_producto}?
  Lavar plumas
  Grumos después de lavar
ask
  @how ¿Cómo lavo {el_producto} sin estropear nada?
  @lumps Después de lavar, las plumas de {el_producto} se han hecho bolas.
--
  No tengo secadora.
  En la tintorería de {city} no quieren ni verlo.
--
  ¡Gracias por el consejo!
  ~
answer
  @how A treinta grados, jabón para plumas, sin suavizante y dos aclarados: casi todo lo que sale mal es jabón que se queda dentro.
  @lumps No se ha estropeado nada. Son plumas mojadas que se pegan, y se vuelven a soltar.
--
  Sécalo todo lo que puedas, tres horas en secadora con dos pelotas de tenis, y otra vez al día siguiente.
  Sin secadora son tres días en horizontal; sacúdelo y separa las bolas con los dedos mañana y tarde.

[return_how]
matter
  la devolución
subject
  ¿Cómo devuelvo el pedido {order}?
  Devolver sin la caja
  Devolución
ask
  ¿Cómo devuelvo {el_producto}? [Solo he cambiado de idea.|Me regalaron otr{o} igual.]
  El formulario de devolución pide once cosas y siete no las sé.
--
  Ya he tirado la caja.
  No tengo impresora.
  El pedido es el {order}, del {order_date}.
--
  ¿Vale así?
  ~
answer
  Cualquier caja vale, o una bolsa fuerte. Te adjunto la etiqueta.
  No hace falta impresora: con el código adjunto basta en cualquier oficina de {carrier}.
  Olvida el formulario. Tu nombre en un papel dentro de la caja es suficiente.
--
  El dinero vuelve en los tres días siguientes a la llegada del paquete.
  Tienes hasta el {due_date}.

[missing_part]
matter
  la pieza que falta
subject
  Falta una pieza: {part}
  {producto}: no venía {part}
  Faltaba algo en la bolsa
ask
  Con {el_producto} no venía {part}.
  Monté todo en el jardín y faltaba {part}.
--
  Lo demás está muy bien hecho.
  Menos mal que ensayamos antes de ir a {place}.
--
  ¿Me lo podéis mandar?
  Salimos el {trip_day}.
answer
  Buen ensayo. Hoy sale {part} por carta y debería llegar el {due_day}.
  Lo he sacado de nuestra propia muestra para que lo tengas el {due_day}.
--
  Perdona que lo empaquetáramos sin contar.
  Te pongo uno de repuesto, que se esconden en la hierba.

[zip_broken]
matter
  la cremallera
subject
  Cremallera rota
  La cremallera de {el_producto}
  Reparar una cremallera
ask
  La cremallera de {el_producto} se abre por debajo.
  El {past_day} se me atascó la cremallera a mitad, en {place} y con viento.
--
  {Lo} tengo desde {month} y {lo} uso casi cada fin de semana.
  Con jabón y lápiz no ha servido.
--
  ¿Reparáis estas cosas?
  ¿Entra en la garantía o es desgaste?
answer
  Arreglamos cremalleras mientras quede tela donde coserlas.
  Por lo que cuentas es el cursor, no los dientes, y se cambia en diez minutos.
--
  Mándalo al taller con la etiqueta que te adjunto. Lo tendrás de vuelta el {due_day} y no te cuesta nada.
  Está cubierto los tres primeros años, y el tuyo es más joven.

[thank_you_photo]
matter
  mi foto
subject
  Saludos desde {place}
  ¡Lo conseguimos!
  Una foto para la pared
ask
  ¡Un saludo desde {place}! {El_producto} se ha portado de maravilla.
  Lo conseguimos: {place}, {days} días, ni una ampolla.
  En la tarjeta de la caja pedíais una foto, así que aquí va una de {place}.
--
  Me dijisteis que cogiera la talla grande. Teníais razón.
  Mi {relative} quiere ahora lo mismo.
--
  Gracias por los consejos.
  ~
answer
  Qué vista. Desde esta mañana está en la pared, detrás del mostrador.
  Gracias por mandarla, la hemos ido pasando de mano en mano.
--
  ¿Podemos enseñarla también en la web, con tu nombre de pila? Solo si te apetece.
  {place} está en mi lista, y ahora más arriba.

[back_in_stock]
matter
  la talla
subject
  ¿Cuándo vuelve {el_producto}?
  {producto} agotad{o}
  Sin existencias en {colour}
ask
  ¿Cuándo habrá otra vez {producto} en la {size}?
  {El_producto} en {colour} lleva agotad{o} desde {month}.
--
  Lo miro cada mañana.
  Me valdría {colour2}, pero me gusta {colour}.
--
  ¿Me podéis guardar {uno}?
  ~
answer
  El próximo lote llega el {due_date} y la {size} viene en él.
  Queda {uno} en la {size}, en la tienda de Leeds, y {lo} tengo delante.
--
  Te {lo} he apartado, y te escribo el mismo día. No hace falta pagar antes.
  ¿Te {lo} mando o {lo} guardo una semana?

[discount_code]
matter
  el código
subject
  El código {code} no funciona
  Descuento no aplicado
ask
  La cesta dice que el código {code} no es válido.
  Acabo de hacer el pedido {order} y solo ahora he encontrado mi código {code}.
--
  Pone «hasta final de {month}».
  No es una fortuna, pero bueno.
--
  ¿Se puede descontar todavía?
answer
  El código estaba puesto para acabar una semana antes. El fallo es nuestro.
  La O es en realidad un cero, y no eres la primera persona a la que le pasa.
--
  Te he descontado {small_price} del pedido {order}; vuelven a tu tarjeta.
  Te he hecho uno nuevo que vale para todo: {code2}.

[privacy]
matter
  mis datos
subject
  Mis datos personales
  Derecho de acceso
  Borrar mi cuenta
ask
  @copy Quisiera saber qué datos tenéis sobre mí y de dónde salen.
  @erase Quiero que borréis mi cuenta y todo lo que contiene.
--
  Compré unas {n} veces, la última en {month}.
  No es enfado, solo estoy ordenando.
--
  Confirmadme cuando esté hecho, por favor.
  ~
answer
  @copy Te adjunto todo lo que tenemos: tus pedidos, nuestras cartas y lo que anotaron los compañeros. No hemos pasado nada a nadie.
  @erase Ya está. La ley nos obliga a guardar las facturas unos años; lo demás ha desaparecido.
--
  @copy Si algo está mal, dímelo y lo corregimos.
  @erase Gracias por haber caminado con nosotros.

[customs]
matter
  la aduana
subject
  Aduana: pedido {order}
  Envío a Canarias
  ¿Quién paga la aduana?
ask
  {carrier} me pide {amount_small} de aduana antes de entregar el pedido {order}.
  ¿Mandáis a Tenerife, y quién paga los impuestos?
--
  En vuestra página pone que el precio es final.
  Me piden una factura comercial que no tengo.
--
  ¿Qué hago?
answer
  El precio de la página es el final, así que eso lo pagamos nosotros. No pagues nada en la puerta.
  El impuesto lo pagamos nosotros. {carrier} te lo pidió por error y ya se lo he dicho.
--
  Te adjunto el papel que piden; también se lo he mandado a ellos, así que solo queda esperar al {due_day}.
  Si ya has pagado, mándame el recibo y te lo devuelvo hoy.

[wholesale]
matter
  nuestra consulta
subject
  {org}: condiciones para tiendas
  Distribución en {city}
  Lista de precios
ask
  Tenemos {org}, en {city}, y nos gustaría vender {el_producto}.
  Muchos clientes nos preguntan por {el_producto} y no lo tenemos.
--
  ¿Cuáles son las condiciones, y hay un pedido mínimo?
  Pensamos en {quantity} unidades para empezar.
--
  Pagamos a 14 días.
  ~
probe
  ¿Qué tallas y colores tenéis en mente, y para cuándo?
detail
  Sobre todo de la {size} a la {size_up}, en {colour}, para mediados de {month_next}.
answer
  Gracias por pensar en nosotros. Te adjunto la lista para tiendas.
  Nos gusta vender con quien conoce a su gente, así que probemos.
--
  Pedimos {quantity} unidades la primera vez y después nada. La entrega tarda unas tres semanas.
  Lo que no se venda en una temporada lo recogemos a mitad de precio.

[compliment]
matter
  mi carta
subject
  Gracias
  Unas palabras sobre {colleague}
  Así da gusto
ask
  Quería contaros lo bien que me atendió {colleague} el {past_day}.
  No suelo escribir a las empresas para dar las gracias, así que aquí va.
--
  Me ahorró un viaje y un disgusto.
  Se lo he contado a todo el club.
--
  Seguid así.
  No hace falta que contestéis.
answer
  He leído tu carta en voz alta y {colleague} se puso de todos los colores.
  Gracias. Cartas como la tuya están en la pared del almacén, y la tuya ya está ahí.
--
  Significa más de lo que crees.
  ~

[advice]
matter
  mi duda
subject
  Consejo para {place}
  ¿Qué me llevo a {place}?
  Primera travesía
ask
  Queremos hacer {place} en {month_next}, {days} días, y nunca he dormido fuera.
  Soy muy friolera, duermo mal y quiero hacer {place}. ¿Qué necesito?
--
  Me importa más el peso que el precio.
  Prefiero comprar una vez y que dure diez años.
--
  Sed sinceros, que lo aguanto.
  ~
answer
  Sinceramente, para eso no te hace falta lo más caro. Con lo ligero te llega, y te queda dinero para una buena esterilla.
  Para {place} en {month_next} yo llevaría menos de todo y un buen gorro.
--
  Te adjunto la lista de lo que metería en la mochila. Son {kg} kilos.
  Pruébalo una noche en el jardín antes de salir.

[reassure]
matter
  mi pedido
subject
  ¿Ha entrado mi pedido?
  Sin confirmación
ask
  Anoche pedí {un_producto} y no he recibido confirmación.
  La página se quedó en blanco después de pagar. ¿He comprado o no?
--
  No quiero pedirlo dos veces.
  El banco dice que sí y vuestra página no dice nada.
answer
  Ha entrado: pedido {order}, {producto}, talla {size}. Sale el {due_day}.
  Está todo bien, es el pedido {order}, y alguien lo está empaquetando.
--
  La confirmación tenía una letra de más en la dirección. Ya está corregida.
  ~
"""

SHARED = """
[shared]
greeting
  Hola:
  Hola,
  Buenos días:
  Buenas tardes:
  Buenas:
  Hola a todos:
  Estimados señores:
  Hola, Tarn & Trail:
greeting_agent
  Hola, {agent}:
  Querida gente:
  {agent}:
  Buenos días, {agent}:
sign_off
  Un saludo
  Gracias
  Muchas gracias
  Saludos
  Atentamente
  Un abrazo
  Hasta pronto
colour
  Aquí en {city} llevamos una semana de lluvia, así que solo hablamos de material.
  Escribo desde el tren, perdonad las faltas.
  Llevamos con vuestras cosas desde {year}.
  Soy nueva en esto y voy aprendiendo.
  Llevo un grupo pequeño de montaña, así que oigo de todo.
  Mi {relative} os encontró en la feria de Jaca.
  Espero que esto llegue a quien toca.
  Lo demás del viaje a {place} fue estupendo.
ps
  P. D.: La tarjeta con el mapa es una idea preciosa.
  P. D.: Quien empaquetó lo último dibujó una oveja. Me alegró el día.
  P. D.: Vuestra página se lee mal en un móvil viejo.
nudge
  Escribí el {asked_day} sobre {matter} y sigo sin respuesta.
  ¿Hay noticias sobre {matter}?
  Perdonad que insista con {matter}.
  ¿Os llegó mi mensaje del {asked_day}?
--
  Con una línea me vale.
  ~
  Salimos el {trip_day}, empieza a correr prisa.
thanks
  Gracias, qué rapidez.
  Perfecto, {agent}, muchas gracias.
  Resuelto. Mil gracias.
  Ha llegado esta mañana, todo bien.
  ¡Estupendo, gracias!
  Muy amable, {agent}.
--
  ~
  Se lo diré a mi {relative}.
  Volveré a comprar.
  Buena semana.
complain
  Lo siento, pero así no.
  Con todo respeto, es la tercera vez que lo explico.
  Me dijisteis que sería el {due_day} y no fue.
--
  Compro desde hace {days} años y nunca me había quejado.
  Solo quiero que alguien se ocupe de {matter}.
  Si el {trip_day} no está resuelto, quiero mi dinero.
recover
  Tienes razón, y lo siento. Me encargo yo hasta que esté resuelto.
  Lo he leído todo desde tu primera carta. Te hemos hecho repetirlo, y eso es culpa nuestra.
--
  Hoy sale por mensajero lo que te falta, y lo tendrás mañana. No hay que devolver nada.
  Hoy te he devuelto {price}, y puedes quedarte con lo que tienes.
recover_matter
  Tienes razón, y lo siento. Me encargo yo hasta que esté resuelto.
  Lo he leído todo desde tu primera carta. Te hemos hecho repetirlo, y eso es culpa nuestra.
--
  El {due_day} tendrás una respuesta por escrito, aunque sea un no.
  Hoy lo he dejado arreglado. Si el {due_day} queda algo pendiente, llámame.
reconciled
  Gracias, {agent}. Es lo que esperaba.
  Ahora sí. Gracias por molestarte.
  Ha llegado hoy. Retiro la mitad de lo que dije.
late_apology
  Siento que hayas esperado tanto.
  Tu mensaje se quedó entre dos mesas, y la culpa es nuestra.
  Esto debería haberte llegado hace días.
hold
  Todavía no tengo la respuesta. He preguntado en el {department} y te escribo antes del {due_day}.
  Quiero estar segura antes de contestar: dame hasta el {due_day}.
answer_thanks
  Me alegro. Disfruta de {place}.
  Gracias por contármelo.
  De nada, {given}.
closing
  Si algo no va bien, escríbeme.
  Espero que te sirva.
  ~
  ~
note
  Cojo esta.
  Clienta desde {year}, siempre amable. Seamos generosos.
  {other_agent}, ¿puedes mirar esto? Mañana no estoy.
  Esperando al {department}.
  Comprobado: pagado y empaquetado el {ship_day}.
  Ha llamado también. Con paciencia, pero por tercera vez.
handover
  {other_agent}, hazte cargo, por favor: hace falta alguien que pueda decidir.
  Se lo paso a {other_agent}: {given} lo ha tenido que repetir dos veces.
out_of_office
  Estoy fuera hasta el {back_date}. Responderé a la vuelta.
  Gracias por tu mensaje. Hasta el {back_date} no leo el correo.
snoozed_reply
  @part La pieza está pedida y debería llegar el {due_day}. Te escribo ese mismo día.
  @part,lot He preguntado al fabricante y espero respuesta antes del {due_day}. Te digo algo entonces, sea lo que sea.
"""

package dev.latchstring.authorizationserver.delivery;

import java.util.Map;

/**
 * The sentences of one language. In each, {@code {name}} is the program's name with the words that
 * join it, {@code {code}} the code, {@code {time}} for how long it is good.
 *
 * @param joined how a name follows; nothing is there where there is no name
 * @param third what to do who did not ask for it; a person who did may have to tell it, on the
 *     telephone for example
 */
record Words(
    String joined,
    String sms,
    String spoken,
    String subject,
    String first,
    String second,
    String third,
    String seconds,
    String minutes) {

  private static final Map<String, Words> LANGUAGES =
      Map.of(
          "en",
          new Words(
              " for {name}",
              "Your code{name}: {code}. Good for {time}. If you did not ask for it, tell nobody.",
              "Hello. Your code{name} is: {code}. Once more: {code}. Goodbye.",
              "Your sign-in code{name}",
              "Your code{name}:",
              "It is good for {time}, once.",
              "If you did not ask for it, tell nobody: somebody may be trying to sign in as you.",
              "seconds",
              "minutes"),
          "es",
          new Words(
              " para {name}",
              "Su clave{name}: {code}. Sirve durante {time}. Si no la ha pedido, no la diga a nadie.",
              "Hola. Su clave{name} es: {code}. Otra vez: {code}. Adiós.",
              "Su clave de acceso{name}",
              "Su clave{name}:",
              "Sirve durante {time}, una sola vez.",
              "Si no la ha pedido, no la diga a nadie: puede que alguien intente entrar en su nombre.",
              "segundos",
              "minutos"),
          "fr",
          new Words(
              " pour {name}",
              "Votre code{name}: {code}. Valable {time}. Sans demande de votre part, ne le donnez à personne.",
              "Bonjour. Votre code{name} est : {code}. Je répète : {code}. Au revoir.",
              "Votre code de connexion{name}",
              "Votre code{name} :",
              "Il est valable {time}, une seule fois.",
              "Si vous ne l'avez pas demandé, ne le donnez à personne : quelqu'un essaie peut-être de se connecter à votre place.",
              "secondes",
              "minutes"),
          "de",
          new Words(
              " für {name}",
              "Ihr Code{name}: {code}. Gültig für {time}. Nicht von Ihnen angefordert? Dann nennen Sie ihn niemandem.",
              "Guten Tag. Ihr Code{name} ist: {code}. Noch einmal: {code}. Auf Wiederhören.",
              "Ihr Anmeldecode{name}",
              "Ihr Code{name}:",
              "Er gilt für {time} und nur einmal.",
              "Wenn Sie ihn nicht angefordert haben, nennen Sie ihn niemandem: Vielleicht versucht jemand, sich als Sie anzumelden.",
              "Sekunden",
              "Minuten"));

  static boolean isTranslated(String language) {
    return LANGUAGES.containsKey(language);
  }

  static Words of(String language) {
    Words words = LANGUAGES.get(language);
    if (words == null) {
      throw new IllegalArgumentException("not translated: " + language);
    }
    return words;
  }

  String sms(String name, String code, String time) {
    return filled(sms, name, code, time);
  }

  String spoken(String name, String code) {
    return filled(spoken, name, code, "");
  }

  String subject(String name) {
    return filled(subject, name, "", "");
  }

  String first(String name) {
    return filled(first, name, "", "");
  }

  String second(String time) {
    return filled(second, "", "", time);
  }

  /** A name is filled in last: what stands in it is not looked at. */
  private String filled(String sentence, String name, String code, String time) {
    String joinedName = name.isEmpty() ? "" : joined.replace("{name}", name);
    return sentence.replace("{code}", code).replace("{time}", time).replace("{name}", joinedName);
  }
}

package dev.latchstring.examples.voice.intent;

import dev.latchstring.examples.voice.spoken.Language;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Looks for the beginnings of words, without accents. Where words of two wishes are said it does
 * not guess.
 */
public final class KeywordIntents implements Intents {
  private static final Map<Language, Map<Wish, List<String>>> WORDS =
      Map.of(
          Language.EN,
          Map.of(
              Wish.APPOINTMENTS, List.of("appointment", "visit"),
              Wish.REFILL, List.of("refill", "medication", "medicine", "prescription", "pill"),
              Wish.RECORD, List.of("record", "history", "allerg", "file"),
              Wish.PERSON, List.of("human", "person", "somebody", "receptionist", "operator"),
              Wish.REPEAT, List.of("repeat", "again"),
              Wish.GOODBYE, List.of("goodbye", "bye", "nothing", "no")),
          Language.ES,
          Map.of(
              Wish.APPOINTMENTS, List.of("cita", "visita"),
              Wish.REFILL, List.of("medicamento", "medicina", "receta", "pastilla"),
              Wish.RECORD, List.of("historial", "expediente", "alergia"),
              Wish.PERSON, List.of("persona", "alguien", "recepcion", "operador"),
              Wish.REPEAT, List.of("repet", "repit", "otra"),
              Wish.GOODBYE, List.of("adios", "nada", "no")),
          Language.FR,
          Map.of(
              Wish.APPOINTMENTS, List.of("rendez", "visite"),
              Wish.REFILL, List.of("medicament", "ordonnance", "renouvel"),
              Wish.RECORD, List.of("dossier", "allergie"),
              Wish.PERSON, List.of("personne", "quelqu", "accueil", "operateur"),
              Wish.REPEAT, List.of("repet", "encore"),
              Wish.GOODBYE, List.of("revoir", "rien", "non")),
          Language.DE,
          Map.of(
              Wish.APPOINTMENTS, List.of("termin"),
              Wish.REFILL, List.of("medikament", "rezept", "tablette", "nachbestell"),
              Wish.RECORD, List.of("akte", "krankenakte", "patientenakte", "allergie"),
              Wish.PERSON, List.of("mensch", "jemand", "empfang", "verbind"),
              Wish.REPEAT, List.of("wiederhol", "nochmal"),
              Wish.GOODBYE, List.of("wiederhor", "wiederhoer", "tschuss", "nichts", "nein")));

  @Override
  public Wish understand(String words, Language language) {
    List<Wish> found = new ArrayList<>();
    List<String> spoken = List.of(plain(words).split("[^a-z]+", -1));
    for (var wish : WORDS.getOrDefault(language, Map.of()).entrySet()) {
      if (wish.getValue().stream().anyMatch(word -> isSaid(word, spoken))) {
        found.add(wish.getKey());
      }
    }
    // "No, my appointments" is a wish; a "no" alone is the end.
    if (found.size() > 1) {
      found.removeAll(List.of(Wish.GOODBYE, Wish.REPEAT));
    }
    return found.size() == 1 ? found.getFirst() : Wish.UNKNOWN;
  }

  /** Short words only as they are: "no" is not the beginning of "note". */
  private static boolean isSaid(String word, List<String> spoken) {
    return spoken.stream()
        .anyMatch(each -> word.length() > 3 ? each.startsWith(word) : each.equals(word));
  }

  private static String plain(String words) {
    return Normalizer.normalize(words, Normalizer.Form.NFD)
        .replaceAll("\\p{M}", "")
        .toLowerCase(Locale.ROOT);
  }
}

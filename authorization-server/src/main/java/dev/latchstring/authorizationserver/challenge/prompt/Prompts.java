package dev.latchstring.authorizationserver.challenge.prompt;

import dev.latchstring.authorizationserver.delivery.Channel;
import dev.latchstring.authorizationserver.speech.AnswerForm;
import dev.latchstring.authorizationserver.speech.Language;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The questions of an authorization challenge in one language: English, Spanish, French or German.
 *
 * <p>Everything that is not our own (labels, a masked destination, an address) is escaped and cut
 * to 200 characters. Where a date is asked for, day and month are in the order in which {@link
 * AnswerForm#read} takes them in the same {@link #locale()}.
 */
public final class Prompts {
  private static final int MAX_LOCALES = 20;
  private static final int MAX_UI_LOCALES = 1000;

  private static final Pattern SCHEME = Pattern.compile("^https?://");

  private final Locale locale;
  private final Sentences sentences;

  private Prompts(Locale locale) {
    this.locale = locale;
    this.sentences = Sentences.in(locale);
  }

  /** The first language that is spoken here, English otherwise; of the first 20. */
  public static Prompts of(List<Locale> wanted) {
    return new Prompts(
        wanted.stream()
            .limit(MAX_LOCALES)
            .filter(locale -> Sentences.LANGUAGES.contains(locale.getLanguage()))
            .findFirst()
            .map(Language::bounded)
            .orElse(Locale.ENGLISH));
  }

  /**
   * OpenID Connect Core §3.1.2.1, {@code ui_locales}: BCP 47 tags with spaces between them, the
   * most wanted first. What is no tag is passed over; more than 1000 characters say nothing.
   */
  public static Prompts of(String uiLocales) {
    return uiLocales.length() > MAX_UI_LOCALES
        ? of(List.of())
        : of(Arrays.stream(uiLocales.split(" +")).map(Locale::forLanguageTag).toList());
  }

  /** The language, with a region where one was wanted: answers are read in it. */
  public Locale locale() {
    return locale;
  }

  /** Who is calling: "Please say your full name and your date of birth." */
  public Prompt identify(List<AskedFor> asked) {
    return ask(asked);
  }

  /** What the caller knows that is on file. */
  public Prompt knowledge(List<AskedFor> asked) {
    return ask(asked);
  }

  /** "Please enter your password." */
  public Prompt password() {
    return prompt("password");
  }

  /** "Please key in your PIN, or say it one digit at a time." */
  public Prompt pin() {
    return prompt("pin");
  }

  /**
   * Where a one-time code went, and what to do with it.
   *
   * @param masked ends in digits that may be told ({@code ••42}), or is a mail address of which
   *     only the first letters and the domain are left ({@code a…@example.com}); of anything else
   *     nothing is said
   */
  public Prompt otp(Channel channel, String masked) {
    return sent("otp", channel, masked).followedBy(prompt("otp.answer"));
  }

  /** A new code is on its way, and the earlier one is worth nothing. */
  public Prompt sentAgain(Channel channel, String masked) {
    return sent("again", channel, masked)
        .followedBy(prompt("again.newest"))
        .followedBy(prompt("otp.answer"));
  }

  /** The code of an authenticator app. */
  public Prompt totp() {
    return prompt("totp");
  }

  /** "Please use your passkey on this device now." */
  public Prompt passkey() {
    return prompt("passkey");
  }

  /**
   * An approval on a device where the person is signed in.
   *
   * @param number what has to be entered there
   * @param where what to open there, an address or a command; blank where that is plain
   */
  public Prompt approval(String number, String where) {
    Piece digits = Piece.digits(number);
    return where.isBlank()
        ? prompt("approval.anywhere", Map.of("number", digits))
        : prompt("approval", Map.of("number", digits, "where", place(where)));
  }

  /** Before {@link #approval} is said again. */
  public Prompt stillWaiting() {
    return prompt("waiting");
  }

  /** What was said is of no such form; says which form each answer has. */
  public Prompt notUnderstood(List<AskedFor> asked) {
    Prompt prompt = prompt("not_understood");
    for (AskedFor one : asked) {
      prompt = prompt.followedBy(expected(one));
    }
    return prompt;
  }

  /**
   * A wrong answer.
   *
   * @param attemptsLeft how often the caller may try again
   * @param question what to ask again
   */
  public Prompt didNotMatch(int attemptsLeft, Prompt question) {
    Prompt prompt = prompt("no_match");
    if (attemptsLeft == 1) {
      prompt = prompt.followedBy(prompt("attempts.one"));
    } else if (attemptsLeft > 1) {
      prompt = prompt.followedBy(prompt("attempts.more", Map.of("left", number(attemptsLeft))));
    }
    return prompt.followedBy(question);
  }

  /** What a form shows beside its field: "Date of birth". */
  public String title(AskedFor asked) {
    return ownLabel(asked)
        .or(() -> sentences.find("title." + asked.attribute()).map(Piece::words))
        .or(() -> englishLabel(asked))
        .orElseGet(() -> plain(asked))
        .text();
  }

  private Prompt ask(List<AskedFor> asked) {
    if (asked.isEmpty()) {
      throw new IllegalArgumentException("nothing is asked for");
    }
    Map<String, Piece> places = Map.of("asked", labels(asked));
    if (asked.size() == 1) {
      return prompt(question(asked.getFirst()), places);
    }
    Prompt prompt = prompt("ask", places);
    boolean keypad = asked.stream().allMatch(one -> isKeyed(one.form()));
    return keypad ? prompt.followedBy(prompt("ask.keypad")) : prompt;
  }

  private String question(AskedFor asked) {
    return switch (asked.form().kind()) {
      case NAME, TEXT -> "ask";
      case DATE -> "ask.date." + order();
      case DIGITS -> "ask.digits";
      case CODE -> "ask.code";
    };
  }

  private Prompt expected(AskedFor asked) {
    Piece label = label(asked);
    return switch (asked.form().kind()) {
      case NAME -> prompt("expect.name", Map.of("asked", label));
      case DATE -> prompt("expect.date." + order(), Map.of("asked", label));
      case DIGITS -> prompt("expect.digits", Map.of("asked", label, "count", count(asked.form())));
      case CODE -> prompt("expect.code", Map.of("asked", label));
      case TEXT -> prompt("expect.text", Map.of("asked", label));
    };
  }

  private static boolean isKeyed(AnswerForm form) {
    return switch (form.kind()) {
      case DATE, DIGITS -> true;
      case NAME, CODE, TEXT -> false;
    };
  }

  private String order() {
    return AnswerForm.isMonthFirst(locale) ? "month_first" : "day_first";
  }

  private Piece count(AnswerForm form) {
    Map<String, Piece> places = Map.of("least", number(form.least()), "most", number(form.most()));
    if (form.least() < form.most()) {
      return sentences.say("count.range", places);
    }
    return sentences.say(form.most() == 1 ? "count.one" : "count.exact", places);
  }

  /** In words as far as there are words, in figures beyond. */
  private Piece number(int number) {
    return Piece.words(sentences.find("number." + number).orElse(Integer.toString(number)));
  }

  private Piece labels(List<AskedFor> asked) {
    Iterator<AskedFor> rest = asked.iterator();
    Piece labels = label(rest.next());
    while (rest.hasNext()) {
      Piece next = label(rest.next());
      String joint = rest.hasNext() ? "list.more" : "list.two";
      labels = sentences.say(joint, Map.of("first", labels, "second", next));
    }
    return labels;
  }

  private Piece label(AskedFor asked) {
    return ownLabel(asked)
        .or(() -> sentences.find("attribute." + asked.attribute()).map(Piece::words))
        .or(() -> englishLabel(asked))
        .orElseGet(() -> plain(asked));
  }

  private Optional<Piece> ownLabel(AskedFor asked) {
    return Optional.ofNullable(asked.labels().get(locale.getLanguage())).map(Piece::words);
  }

  private static Optional<Piece> englishLabel(AskedFor asked) {
    return Optional.ofNullable(asked.labels().get("en")).map(Piece::words);
  }

  private static Piece plain(AskedFor asked) {
    return Piece.words(asked.attribute().replace('_', ' '));
  }

  private Prompt sent(String beginning, Channel channel, String masked) {
    Destination destination = new Destination(channel, masked);
    Piece piece = destination.piece();
    return prompt(destination.key(beginning), Map.of("ending", piece, "address", piece));
  }

  /** Nobody says the beginning of an address. */
  private static Piece place(String where) {
    String said = SCHEME.matcher(where).replaceFirst("");
    return new Piece(Piece.words(where).text(), Piece.words(said).ssml());
  }

  private Prompt prompt(String key) {
    return prompt(key, Map.of());
  }

  private Prompt prompt(String key, Map<String, Piece> places) {
    return Prompt.of(sentences.say(key, places), locale);
  }
}

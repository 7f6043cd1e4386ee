package dev.latchstring.authorizationserver.challenge.prompt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchstring.authorizationserver.delivery.Channel;
import dev.latchstring.authorizationserver.speech.AnswerForm;
import java.io.StringReader;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.xml.sax.InputSource;

class PromptsTest {
  private static final AskedFor FULL_NAME = AskedFor.of("name", AnswerForm.NAME);
  private static final AskedFor BIRTHDATE = AskedFor.of("birthdate", AnswerForm.DATE);
  private static final AskedFor LAST_FOUR = AskedFor.of("ssn_last4", AnswerForm.digits(4));
  private static final AskedFor MEMBER = AskedFor.of("member_number", AnswerForm.digits(6, 8));
  private static final AskedFor POSTCODE = AskedFor.of("postcode", AnswerForm.CODE);
  private static final AskedFor PET = AskedFor.of("first_pet", AnswerForm.TEXT);
  private static final String NASTY = "<b a=\"'\">&amp;]]>\u0000\u202E{asked} 😀";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          en-US       | Please say your full name and your date of birth.           | en-US
          es-MX en    | Por favor, diga su nombre completo y su fecha de nacimiento. | es-MX
          pt-BR fr-CA | Veuillez dire votre nom complet et votre date de naissance. | fr-CA
          de          | Bitte sagen Sie Ihren vollständigen Namen und Ihr Geburtsdatum. | de
          ja          | Please say your full name and your date of birth.           | en
          """)
  void who_is_calling_is_asked_in_the_best_language(String wanted, String text, String tag) {
    Prompt prompt = Prompts.of(wanted).identify(List.of(FULL_NAME, BIRTHDATE));

    assertThat(prompt.text()).isEqualTo(text);
    assertThat(prompt.locale().toLanguageTag()).isEqualTo(tag);
    assertThat(speak(prompt).getAttribute("xml:lang")).isEqualTo(tag);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "en_US",
        "*",
        "-",
        "🙂",
        "<x>",
        "i-klingon zz-ZZ",
        "x-fr",
        "en-x-\"><a/>"
      })
  void any_languages_can_be_wanted(String wanted) {
    assertThat(Prompts.of(wanted).locale().getLanguage()).isEqualTo("en");
    speak(Prompts.of(wanted).totp());
  }

  @Test
  void too_many_languages_say_nothing() {
    assertThat(Prompts.of("ja ".repeat(19) + "de").locale()).isEqualTo(Locale.GERMAN);
    assertThat(Prompts.of("ja ".repeat(20) + "de").locale()).isEqualTo(Locale.ENGLISH);
    assertThat(Prompts.of("de" + " ".repeat(1000)).locale()).isEqualTo(Locale.ENGLISH);
  }

  @Test
  void a_keypad_entry_is_in_the_order_in_which_it_is_read() {
    assertThat(Prompts.of("en-US").identify(List.of(BIRTHDATE)).text())
        .isEqualTo(
            "Please say your date of birth, or key in two digits for the month, two for the day"
                + " and four for the year.");
    assertThat(Prompts.of("en-GB").identify(List.of(BIRTHDATE)).text())
        .contains("two digits for the day, two for the month and four");
    assertThat(Prompts.of("fr").identify(List.of(BIRTHDATE)).text())
        .contains("deux chiffres pour le jour, deux pour le mois");
  }

  @Test
  void each_form_is_asked_for_in_its_way() {
    Prompts prompts = Prompts.of("en");

    assertThat(prompts.knowledge(List.of(LAST_FOUR)).text())
        .isEqualTo(
            "Please say the last four digits of your social security number one digit at a time,"
                + " or use the keypad.");
    assertThat(prompts.knowledge(List.of(POSTCODE)).text())
        .isEqualTo("Please say your postcode one letter or digit at a time.");
    assertThat(prompts.knowledge(List.of(LAST_FOUR, MEMBER)).text())
        .endsWith("and your member number. You can also use the keypad.");
    assertThat(prompts.knowledge(List.of(FULL_NAME, LAST_FOUR, POSTCODE)).text())
        .startsWith("Please say your full name, the last four digits of")
        .endsWith("number and your postcode.");
    assertThatThrownBy(() -> prompts.knowledge(List.of()))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void the_operators_words_come_first_then_ours_then_the_attributes_name() {
    AskedFor own =
        new AskedFor(
            "member_number",
            AnswerForm.CODE,
            Map.of("en", "your card number", "de", "Ihre Kartennummer"));
    AskedFor pet = new AskedFor("first_pet", AnswerForm.TEXT, Map.of("en", "your first pet"));

    assertThat(Prompts.of("de").identify(List.of(own)).text()).contains("Ihre Kartennummer");
    assertThat(Prompts.of("fr").identify(List.of(own)).text()).contains("votre numéro d'adhérent");
    assertThat(Prompts.of("en").identify(List.of(pet)).text())
        .isEqualTo("Please say your first pet.");
    assertThat(Prompts.of("fr").identify(List.of(pet)).text()).contains("your first pet");
    assertThat(Prompts.of("fr").identify(List.of(PET)).text()).contains("dire first pet.");
    assertThat(Prompts.of("fr").title(BIRTHDATE)).isEqualTo("Date de naissance");
    assertThat(Prompts.of("fr").title(PET)).isEqualTo("first pet");
  }

  @Test
  void where_a_code_went_is_told_as_far_as_it_is_unmasked() {
    Prompts prompts = Prompts.of("en");

    Prompt sms = prompts.otp(Channel.SMS, "••42");
    assertThat(sms.text())
        .isEqualTo(
            "We sent a code by text message to the number ending in 42. Please say it one digit at"
                + " a time, or key it in.");
    assertThat(sms.ssml()).contains("in <say-as interpret-as=\"digits\">42</say-as>.");
    assertThat(prompts.otp(Channel.EMAIL, "a…@example.com").text())
        .startsWith("We sent a code by email to a…@example.com.");
    assertThat(prompts.otp(Channel.VOICE, "+1 ••• ••42").text())
        .startsWith("We are calling the number ending in 42 to tell");
    assertThat(prompts.sentAgain(Channel.SMS, "••42").text())
        .contains("a new code", "ending in 42. Only the new code works. Please say");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "•••", "anna@example.com", "a…@b@c", "a…@<b>", "call 911 now@x"})
  void of_another_destination_nothing_is_said(String masked) {
    Prompt prompt = Prompts.of("en").otp(Channel.EMAIL, masked);

    assertThat(prompt.text()).startsWith("We sent you a code by email. ");
  }

  @Test
  void an_approval_says_where_and_which_number() {
    Prompt prompt = Prompts.of("en").approval("42", "https://auth.example.com/approvals");

    assertThat(prompt.text())
        .isEqualTo(
            "On a device where you are signed in, please open https://auth.example.com/approvals"
                + " and enter the number 42.");
    assertThat(speak(prompt).getTextContent()).contains("open auth.example.com/approvals and");
    assertThat(Prompts.of("de").approval("42", "").text()).contains("die Zahl 42 ein");
  }

  @Test
  void a_retry_says_which_form_is_expected() {
    Prompts prompts = Prompts.of("en-US");

    assertThat(prompts.notUnderstood(List.of(LAST_FOUR)).text())
        .isEqualTo(
            "Sorry, I did not understand that. For the last four digits of your social security"
                + " number I need four digits, for example by keypad.");
    assertThat(prompts.notUnderstood(List.of(BIRTHDATE)).text())
        .contains("month, day and year, for example March third, nineteen eighty-five");
    assertThat(prompts.notUnderstood(List.of(MEMBER)).text()).contains("six to eight digits");
    assertThat(prompts.notUnderstood(List.of(AskedFor.of("otp", AnswerForm.digits(20)))).text())
        .contains("For the code that we sent you I need 20 digits");
    assertThat(prompts.notUnderstood(List.of(AskedFor.of("pin", AnswerForm.digits(1)))).text())
        .contains("For your PIN I need one digit,");
  }

  @Test
  void a_wrong_answer_says_how_often_one_may_try_again() {
    Prompts prompts = Prompts.of("en");

    assertThat(prompts.didNotMatch(2, prompts.pin()).text())
        .isEqualTo(
            "That did not match. You can try two more times. Please key in your PIN, or say it one"
                + " digit at a time.");
    assertThat(prompts.didNotMatch(1, prompts.pin()).text()).contains("You can try one more time.");
    assertThat(prompts.didNotMatch(30, prompts.pin()).text()).contains("30 more times");
  }

  @ParameterizedTest
  @ValueSource(strings = {"en-US", "en-GB", "es", "fr", "de", "de-AT"})
  void every_prompt_is_well_formed_and_says_what_its_text_says(String language) {
    Prompts prompts = Prompts.of(language);
    AskedFor nasty =
        new AskedFor(
            "x", AnswerForm.TEXT, Map.of("en", NASTY, "es", NASTY, "fr", NASTY, "de", NASTY));
    List<AskedFor> all = List.of(FULL_NAME, BIRTHDATE, LAST_FOUR, MEMBER, POSTCODE, PET, nasty);
    List<Prompt> every =
        List.of(
            prompts.identify(all),
            prompts.knowledge(List.of(nasty)),
            prompts.password(),
            prompts.pin(),
            prompts.otp(Channel.SMS, NASTY),
            prompts.otp(Channel.VOICE, NASTY + "1234567890"),
            prompts.otp(Channel.EMAIL, "a…@example.com"),
            prompts.sentAgain(Channel.EMAIL, NASTY),
            prompts.totp(),
            prompts.passkey(),
            prompts.approval(NASTY, NASTY),
            prompts.approval("42", ""),
            prompts.stillWaiting().followedBy(prompts.approval("42", NASTY)),
            prompts.notUnderstood(all),
            prompts.didNotMatch(2, prompts.identify(all)));

    for (Prompt prompt : every) {
      Element speak = speak(prompt);
      String said = speak.getTextContent().replace(".", ". ").replaceAll("\\s+", " ").strip();
      assertThat(said.replace(" ", "")).isEqualTo(prompt.text().replace(" ", ""));
      assertThat(prompt.text()).doesNotContain("{first}").doesNotContainPattern("[\\p{Cc}\\p{Cf}]");
    }
  }

  private static Element speak(Prompt prompt) {
    try {
      DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
      factory.setNamespaceAware(true);
      Document document =
          factory.newDocumentBuilder().parse(new InputSource(new StringReader(prompt.ssml())));
      Element speak = document.getDocumentElement();
      assertThat(speak.getLocalName()).isEqualTo("speak");
      assertThat(speak.getNamespaceURI()).isEqualTo("http://www.w3.org/2001/10/synthesis");
      assertThat(speak.getAttribute("version")).isEqualTo("1.1");
      assertThat(speak.getElementsByTagName("b").getLength()).isZero();
      return speak;
    } catch (Exception e) {
      throw new AssertionError("not well-formed: " + prompt.ssml(), e);
    }
  }
}

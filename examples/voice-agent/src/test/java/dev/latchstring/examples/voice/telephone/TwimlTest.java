package dev.latchstring.examples.voice.telephone;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchstring.examples.voice.call.Answered;
import dev.latchstring.examples.voice.spoken.Language;
import dev.latchstring.examples.voice.spoken.Said;
import dev.latchstring.examples.voice.spoken.Turn;
import java.io.StringReader;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.xml.sax.InputSource;

/** Turns as a platform's XML parser reads them. */
class TwimlTest {
  private static final URI WEBHOOK = URI.create("https://clinic.example/voice");

  private static Document read(Said said, Turn.Next next) throws Exception {
    String xml = Twiml.of(new Answered(7, new Turn(List.of(said), next)), WEBHOOK);
    return DocumentBuilderFactory.newDefaultInstance()
        .newDocumentBuilder()
        .parse(new InputSource(new StringReader(xml)));
  }

  private static Element element(Document document, String name) {
    return (Element) document.getElementsByTagName(name).item(0);
  }

  @Test
  void a_question_is_gathered_and_its_answer_posted_to_its_turn() throws Exception {
    Document document =
        read(Said.of(Language.DE, "Ihr <Name> & \"mehr\"?"), new Turn.Listen(Language.DE, true, 4));

    Element gather = element(document, "Gather");
    assertThat(gather.getAttribute("input")).isEqualTo("dtmf speech");
    assertThat(gather.getAttribute("action")).isEqualTo("https://clinic.example/voice?turn=7");
    assertThat(gather.getAttribute("language")).isEqualTo("de-DE");
    assertThat(gather.getAttribute("numDigits")).isEqualTo("4");
    assertThat(element(document, "Say").getTextContent()).isEqualTo("Ihr <Name> & \"mehr\"?");
    assertThat(element(document, "Redirect").getTextContent())
        .isEqualTo("https://clinic.example/voice?turn=7");
  }

  @Test
  void a_pause_goes_on_by_itself_and_an_end_hangs_up() throws Exception {
    Document pause = read(Said.of(Language.EN, "Wait."), new Turn.Pause(Duration.ofMillis(10)));
    assertThat(element(pause, "Pause").getAttribute("length")).isEqualTo("1");
    assertThat(element(pause, "Redirect")).isNotNull();

    Document end = read(Said.of(Language.EN, "Bye."), new Turn.HangUp());
    assertThat(element(end, "Hangup")).isNotNull();
    assertThat(element(end, "Redirect")).isNull();
  }

  @Test
  void of_the_servers_markup_what_platforms_know_is_kept() throws Exception {
    String ssml =
        """
        <?xml version="1.0"?>
        <speak version="1.1" xmlns="http://www.w3.org/2001/10/synthesis" xml:lang="en">Your code<break time="300ms" onclick="x"/>
        <audio src="https://evil.example/a.wav">of <say-as interpret-as="digits">4</say-as> digits</audio><Hangup/></speak>
        """;

    Document document =
        read(new Said("plain", ssml, Language.EN, false), new Turn.Listen(Language.EN, true, 0));

    Element say = element(document, "Say");
    assertThat(say.getTextContent()).contains("Your code", "of 4 digits");
    assertThat(element(document, "break").getAttribute("time")).isEqualTo("300ms");
    assertThat(element(document, "break").hasAttribute("onclick")).isFalse();
    assertThat(element(document, "say-as").getAttribute("interpret-as")).isEqualTo("digits");
    assertThat(element(document, "audio")).isNull();
    assertThat(element(document, "Hangup")).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<speak>half",
        "no markup",
        "",
        "<!DOCTYPE speak [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><speak>&e;</speak>",
        "<speak><p><p><p><p><p><p><p><p><p>deep</p></p></p></p></p></p></p></p></p></speak>"
      })
  void markup_that_is_not_right_is_said_as_plain_text(String ssml) throws Exception {
    Document document =
        read(
            new Said("plain \u0007 text", ssml, Language.EN, false),
            new Turn.Listen(Language.EN, true, 0));

    assertThat(element(document, "Say").getTextContent()).isEqualTo("plain  text");
  }
}

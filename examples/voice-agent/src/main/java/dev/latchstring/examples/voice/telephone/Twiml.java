package dev.latchstring.examples.voice.telephone;

import dev.latchstring.examples.voice.call.Answered;
import dev.latchstring.examples.voice.spoken.Language;
import dev.latchstring.examples.voice.spoken.Said;
import dev.latchstring.examples.voice.spoken.Turn;
import java.io.StringWriter;
import java.net.URI;
import java.util.List;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/** An agent's turn in TwiML: {@code Say}, {@code Gather}, {@code Pause}, {@code Hangup}. */
final class Twiml {
  /** How long a caller may be silent before the agent repeats itself, in seconds. */
  static final int SILENCE = 7;

  /** How long a caller may speak at once, in seconds. */
  static final int LONGEST = 30;

  private Twiml() {}

  /**
   * @param webhook the public address that the next post goes to; the turn's number is added
   */
  static String of(Answered answered, URI webhook) {
    StringWriter text = new StringWriter();
    try {
      XMLStreamWriter xml = XMLOutputFactory.newDefaultFactory().createXMLStreamWriter(text);
      xml.writeStartDocument("UTF-8", "1.0");
      xml.writeStartElement("Response");
      write(answered.turn(), webhook + "?turn=" + answered.number(), xml);
      xml.writeEndElement();
      xml.writeEndDocument();
      xml.close();
    } catch (XMLStreamException e) {
      throw new IllegalStateException(e);
    }
    return text.toString();
  }

  private static void write(Turn turn, String next, XMLStreamWriter xml) throws XMLStreamException {
    switch (turn.next()) {
      case Turn.Listen listen -> {
        gather(listen, next, xml);
        say(turn.said(), xml);
        xml.writeEndElement();
        // For platforms that do not post an empty result.
        redirect(next, xml);
      }
      case Turn.Pause pause -> {
        say(turn.said(), xml);
        xml.writeEmptyElement("Pause");
        xml.writeAttribute("length", Long.toString(Math.max(1, pause.time().toSeconds())));
        redirect(next, xml);
      }
      case Turn.HangUp hangUp -> {
        say(turn.said(), xml);
        xml.writeEmptyElement("Hangup");
      }
    }
  }

  private static void gather(Turn.Listen listen, String next, XMLStreamWriter xml)
      throws XMLStreamException {
    xml.writeStartElement("Gather");
    xml.writeAttribute("input", "dtmf speech");
    xml.writeAttribute("action", next);
    xml.writeAttribute("method", "POST");
    xml.writeAttribute("actionOnEmptyResult", "true");
    xml.writeAttribute("language", listen.language().tag());
    xml.writeAttribute("timeout", Integer.toString(SILENCE));
    xml.writeAttribute("speechTimeout", "auto");
    xml.writeAttribute("maxSpeechTime", Integer.toString(LONGEST));
    // A name may look like an oath, and would come with asterisks.
    xml.writeAttribute("profanityFilter", "false");
    xml.writeAttribute("finishOnKey", "#");
    if (listen.keys() > 0) {
      xml.writeAttribute("numDigits", Integer.toString(listen.keys()));
    }
  }

  private static void say(List<Said> said, XMLStreamWriter xml) throws XMLStreamException {
    for (Said each : said) {
      Language language = each.language();
      xml.writeStartElement("Say");
      xml.writeAttribute("language", language.tag());
      SpokenMarkup.write(each, xml);
      xml.writeEndElement();
    }
  }

  private static void redirect(String next, XMLStreamWriter xml) throws XMLStreamException {
    xml.writeStartElement("Redirect");
    xml.writeAttribute("method", "POST");
    xml.writeCharacters(next);
    xml.writeEndElement();
  }
}

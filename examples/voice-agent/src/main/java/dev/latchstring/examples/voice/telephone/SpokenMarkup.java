package dev.latchstring.examples.voice.telephone;

import dev.latchstring.examples.voice.spoken.Said;
import java.io.StringReader;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import javax.xml.stream.XMLStreamWriter;

/**
 * SSML inside TwiML's {@code Say}: the elements and attributes that telephone platforms know, and
 * of all others the text. What is not well-formed, or not small, is said as plain text.
 */
final class SpokenMarkup {
  private static final int MAX_CHARACTERS = 8192;
  private static final int MAX_DEPTH = 8;
  private static final Map<String, Set<String>> KNOWN =
      Map.of(
          "break", Set.of("strength", "time"),
          "emphasis", Set.of("level"),
          "p", Set.of(),
          "s", Set.of(),
          "prosody", Set.of("rate", "pitch", "volume"),
          "say-as", Set.of("interpret-as", "format"),
          "sub", Set.of("alias"));

  private SpokenMarkup() {}

  private static XMLInputFactory factory() {
    XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
    factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
    factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
    factory.setProperty(XMLInputFactory.IS_COALESCING, true);
    return factory;
  }

  /** Writes what is said, as the content of an element. */
  static void write(Said said, XMLStreamWriter xml) throws XMLStreamException {
    String ssml = said.ssml();
    List<Piece> pieces;
    try {
      pieces = ssml == null || ssml.length() > MAX_CHARACTERS ? List.of() : read(ssml);
    } catch (XMLStreamException e) {
      pieces = List.of();
    }
    if (pieces.isEmpty()) {
      xml.writeCharacters(plain(said.text()));
      return;
    }
    for (Piece piece : pieces) {
      piece.write(xml);
    }
  }

  /** Read whole before anything is written: half a sentence cannot be taken back. */
  private static List<Piece> read(String ssml) throws XMLStreamException {
    List<Piece> pieces = new ArrayList<>();
    Deque<Boolean> written = new ArrayDeque<>();
    XMLStreamReader xml = factory().createXMLStreamReader(new StringReader(ssml));
    while (xml.hasNext()) {
      switch (xml.next()) {
        case XMLStreamConstants.START_ELEMENT -> {
          Set<String> attributes = KNOWN.get(xml.getLocalName());
          written.push(attributes != null);
          if (written.size() > MAX_DEPTH) {
            throw new XMLStreamException("too deep");
          }
          if (attributes != null) {
            pieces.add(start(xml, attributes));
          }
        }
        case XMLStreamConstants.END_ELEMENT -> {
          if (written.pop()) {
            pieces.add(XMLStreamWriter::writeEndElement);
          }
        }
        case XMLStreamConstants.CHARACTERS, XMLStreamConstants.CDATA -> {
          String text = xml.getText();
          pieces.add(out -> out.writeCharacters(text));
        }
        case XMLStreamConstants.DTD, XMLStreamConstants.ENTITY_REFERENCE ->
            throw new XMLStreamException("not in SSML of ours");
        default -> {
          // Comments and instructions are not spoken.
        }
      }
    }
    return pieces;
  }

  private static Piece start(XMLStreamReader xml, Set<String> known) {
    String name = xml.getLocalName();
    List<Piece> attributes = new ArrayList<>();
    for (int i = 0; i < xml.getAttributeCount(); i++) {
      String attribute = xml.getAttributeLocalName(i);
      if (known.contains(attribute)) {
        String value = xml.getAttributeValue(i);
        attributes.add(out -> out.writeAttribute(attribute, value));
      }
    }
    return out -> {
      out.writeStartElement(name);
      for (Piece attribute : attributes) {
        attribute.write(out);
      }
    };
  }

  /** Without characters that XML cannot have. */
  private static String plain(String text) {
    return text.replaceAll(
        "[^\\x09\\x0A\\x0D\\x20-\\uD7FF\\uE000-\\uFFFD\\x{10000}-\\x{10FFFF}]", "");
  }

  @FunctionalInterface
  private interface Piece {
    void write(XMLStreamWriter xml) throws XMLStreamException;
  }
}

package dev.latchstring.client.settings;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.latchstring.client.ClientException;
import dev.latchstring.client.Problem;
import dev.latchstring.client.http.ServerText;
import dev.latchstring.oauth.HttpsUri;
import dev.latchstring.oauth.OAuthException;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.dataformat.yaml.YAMLFactory;
import tools.jackson.dataformat.yaml.YAMLParser;

/**
 * Reads {@code servers.yaml}: {@code servers} and {@code issuers}, each a map from an address to
 * settings. Strict: an unknown or repeated key, an alias, an empty value and anything but text is
 * refused with its line, so that no setting is lost without a word.
 */
final class SettingsFile {
  /** The largest file, in bytes. */
  static final long MAX_BYTES = 256 * 1024;

  private static final YAMLFactory YAML =
      YAMLFactory.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
          .build();

  private final String name;
  private final YAMLParser parser;
  private final Map<URI, ServerSettings> servers = new LinkedHashMap<>();
  private final Map<String, ServerSettings> issuers = new LinkedHashMap<>();

  private SettingsFile(String name, YAMLParser parser) {
    this.name = name;
    this.parser = parser;
  }

  /** What a file says; nothing where there is none. */
  static Settings.Contents read(Path file) {
    String text;
    try {
      if (Files.size(file) > MAX_BYTES) {
        throw new ClientException(
            Problem.BAD_SETTINGS, file + " is larger than " + MAX_BYTES + " bytes", null);
      }
      text = Files.readString(file, UTF_8);
    } catch (NoSuchFileException e) {
      return Settings.Contents.NONE;
    } catch (CharacterCodingException e) {
      throw new ClientException(
          Problem.BAD_SETTINGS, file + " is not UTF-8 text", "save it as UTF-8", e);
    } catch (IOException e) {
      throw new ClientException(
          Problem.BAD_SETTINGS, file + " cannot be read", "check that it is yours", e);
    }
    return parse(file.toString(), text);
  }

  static Settings.Contents parse(String name, String text) {
    if (text.lines().allMatch(line -> line.isBlank() || line.strip().startsWith("#"))) {
      return Settings.Contents.NONE;
    }
    try (YAMLParser parser = (YAMLParser) YAML.createParser(ObjectReadContext.empty(), text)) {
      SettingsFile file = new SettingsFile(name, parser);
      file.readAll();
      return new Settings.Contents(file.servers, file.issuers);
    } catch (JacksonException e) {
      throw malformed(name, e);
    }
  }

  private void readAll() {
    parser.nextToken();
    requireMap("the file", "servers: and issuers:");
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String section = parser.currentName();
      String where = here();
      if (!section.equals("servers") && !section.equals("issuers")) {
        throw bad(
            where, "unknown key " + ServerText.quote(section), "there are servers and issuers");
      }
      parser.nextToken();
      requireMap(section, "addresses, each with what is pinned for it");
      while (parser.nextToken() != JsonToken.END_OBJECT) {
        readEntry(section.equals("servers"), parser.currentName());
      }
    }
    if (parser.nextToken() != null) {
      throw bad(here(), "there is a second document", "keep one alone");
    }
  }

  private void readEntry(boolean server, String address) {
    String where = here();
    URI canonical = address(server, where, address);
    parser.nextToken();
    requireMap(address, "settings, such as audience: https://api.example.com");
    List<Pin> pins = new ArrayList<>();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      readSetting(server, parser.currentName(), pins);
    }
    ServerSettings settings = ServerSettings.of(pins);
    boolean repeated =
        server
            ? servers.putIfAbsent(canonical, settings) != null
            : issuers.putIfAbsent(address, settings) != null;
    if (repeated) {
      throw bad(where, address + " comes twice", "keep one of them");
    }
  }

  private URI address(boolean server, String where, String address) {
    try {
      return server ? HttpsUri.requireResource(address) : HttpsUri.requireIssuer(address);
    } catch (OAuthException e) {
      throw bad(
          where,
          ServerText.quote(address) + ": " + e.description(),
          "give the address as latch login takes it, in full");
    }
  }

  private void readSetting(boolean server, String key, List<Pin> pins) {
    String where = here();
    JsonToken value = parser.nextToken();
    for (RequestKind kind : RequestKind.values()) {
      if (kind.key().equals(key)) {
        requireMap(key, "parameters and their values");
        while (parser.nextToken() != JsonToken.END_OBJECT) {
          String parameter = key + "." + parser.currentName();
          String line = here();
          parser.nextToken();
          pins.add(Pin.of(parameter, text(parameter, line), line));
        }
        return;
      }
    }
    if (!server && Setting.of(key).map(Setting::isOfServerAlone).orElse(false)) {
      throw bad(where, key + " cannot be pinned for an issuer", "pin it for the server instead");
    }
    if (value == JsonToken.START_OBJECT || value == JsonToken.START_ARRAY) {
      throw bad(where, ServerText.quote(key) + " takes one value", null);
    }
    pins.add(Pin.of(key, besideThisFile(key, text(key, where)), where));
  }

  /** A relative path is meant from the directory of this file. */
  private String besideThisFile(String key, String value) {
    boolean path = Setting.of(key).map(known -> known.kind() == Setting.Kind.PATH).orElse(false);
    if (!path || value.startsWith("~/")) {
      return value;
    }
    Path directory = Path.of(name).toAbsolutePath().getParent();
    try {
      return directory == null ? value : directory.resolve(value).toString();
    } catch (InvalidPathException e) {
      return value; // refused with the others that cannot be
    }
  }

  /** The scalar that the parser stands at. */
  private String text(String key, String where) {
    JsonToken token = parser.currentToken();
    if (token == null || !token.isScalarValue() || token == JsonToken.VALUE_NULL) {
      throw bad(where, ServerText.quote(key) + " has no value", "write one or leave the key out");
    }
    if (parser.isCurrentAlias()) {
      throw bad(where, "aliases are not read", "write the value out");
    }
    return parser.getString();
  }

  private void requireMap(String what, String of) {
    if (parser.currentToken() != JsonToken.START_OBJECT) {
      throw bad(here(), ServerText.clean(what, 200) + " has to hold " + of, null);
    }
  }

  private String here() {
    return name + ", line " + line(parser);
  }

  private static int line(JsonParser parser) {
    return parser.currentTokenLocation().getLineNr();
  }

  private static ClientException bad(String where, String what, @Nullable String hint) {
    return new ClientException(Problem.BAD_SETTINGS, where + ": " + what, hint);
  }

  /** Never the text itself: it may be a secret in the wrong place. */
  private static ClientException malformed(String name, JacksonException e) {
    boolean repeated =
        String.valueOf(e.getOriginalMessage())
            .toLowerCase(java.util.Locale.ROOT)
            .contains("duplicate");
    int line = e.getLocation() == null ? -1 : e.getLocation().getLineNr();
    return new ClientException(
        Problem.BAD_SETTINGS,
        name
            + (line < 1 ? "" : ", line " + line)
            + (repeated ? ": a key is repeated" : ": not the YAML that is expected"),
        repeated ? "keep one of them" : "check the indentation, colons and quotes around there");
  }
}

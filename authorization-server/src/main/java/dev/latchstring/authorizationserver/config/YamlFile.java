package dev.latchstring.authorizationserver.config;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.annotation.Nulls;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DatabindException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.exc.InvalidNullException;
import tools.jackson.databind.exc.UnrecognizedPropertyException;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** Reads the file's text into {@link ConfigurationFile}, and says where it cannot. */
final class YamlFile {
  /** The largest file, in bytes. */
  static final long MAX_BYTES = 1 << 20;

  private static final YAMLMapper MAPPER =
      YAMLMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
          .changeDefaultNullHandling(nulls -> nulls.withContentNulls(Nulls.FAIL))
          .build();

  private YamlFile() {}

  static ConfigurationFile read(Path file) {
    return parse(file.toString(), text(file));
  }

  private static String text(Path file) {
    try {
      if (Files.size(file) > MAX_BYTES) {
        throw new ConfigurationException(file + ": larger than " + MAX_BYTES + " bytes");
      }
      return Files.readString(file, UTF_8);
    } catch (NoSuchFileException e) {
      throw new ConfigurationException(
          file + ": no such file; check the path, or leave --config out to use the defaults");
    } catch (AccessDeniedException e) {
      throw new ConfigurationException(file + ": not readable by this user; check its permissions");
    } catch (CharacterCodingException e) {
      throw new ConfigurationException(file + ": not UTF-8 text");
    } catch (IOException e) {
      throw new ConfigurationException(file + ": cannot be read (" + e.getMessage() + ")");
    }
  }

  static ConfigurationFile parse(String name, String yaml) {
    if (yaml.lines().allMatch(line -> line.isBlank() || line.strip().startsWith("#"))) {
      return ConfigurationFile.EMPTY;
    }
    try {
      @Nullable ConfigurationFile file = MAPPER.readValue(yaml, ConfigurationFile.class);
      return file == null ? ConfigurationFile.EMPTY : file;
    } catch (UnrecognizedPropertyException e) {
      throw new ConfigurationException(name + line(yaml, e) + unknown(e));
    } catch (InvalidNullException e) {
      throw new ConfigurationException(
          name + line(yaml, e) + path(e) + ": the item is empty; write a value or leave it out");
    } catch (DatabindException e) {
      throw new ConfigurationException(
          name + line(yaml, e) + path(e) + ": the value has the wrong type");
    } catch (JacksonException e) {
      throw new ConfigurationException(
          name + line(e) + ": not the YAML that is expected (" + reason(e) + ")");
    }
  }

  private static String unknown(UnrecognizedPropertyException e) {
    Collection<Object> ids =
        e.getKnownPropertyIds() == null ? java.util.List.of() : e.getKnownPropertyIds();
    Collection<String> known = ids.stream().map(Object::toString).sorted().toList();
    String hint =
        NearestName.of(e.getPropertyName(), known)
            .map(nearest -> "; did you mean '" + nearest + "'?")
            .orElse("; possible here: " + String.join(", ", known));
    return ": unknown key '" + e.getPropertyName() + "'" + within(e) + hint;
  }

  /** Where the key stands, such as {@code in clients[0]}; empty at the top. */
  private static String within(DatabindException e) {
    String path = path(e).strip();
    int last = path.lastIndexOf('.');
    return last < 0 ? "" : " in " + path.substring(0, last);
  }

  private static String path(DatabindException e) {
    return " "
        + e.getPath().stream()
            .map(step ->
                step.getPropertyName() == null
                    ? "[" + step.getIndex() + "]"
                    : "." + step.getPropertyName())
            .collect(Collectors.joining())
            .replaceFirst("^\\.", "");
  }

  private static String line(String yaml, DatabindException e) {
    OptionalInt line = YamlLine.of(yaml, e.getPath());
    return line.isPresent() ? ", line " + line.getAsInt() : "";
  }

  private static String line(JacksonException e) {
    return e.getLocation() == null || e.getLocation().getLineNr() < 1
        ? ""
        : ", line " + e.getLocation().getLineNr();
  }

  /** The parser's own words, but never the text they quote: it may be a secret. */
  private static String reason(JacksonException e) {
    String message = String.valueOf(e.getOriginalMessage());
    int end = message.indexOf('\n');
    String first = end < 0 ? message : message.substring(0, end);
    return first.startsWith("Duplicate") || first.contains("duplicate key")
        ? "a key is repeated"
        : "check the indentation, colons and quotes around there";
  }
}

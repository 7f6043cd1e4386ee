package dev.latchstring.client.settings;

import dev.latchstring.client.ClientException;
import dev.latchstring.client.Problem;
import dev.latchstring.oauth.Json;
import dev.latchstring.oauth.Scope;
import dev.latchstring.oauth.metadata.AuthorizationServerMetadata;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * What is pinned for one MCP server, or for one issuer: by name, in the order of names.
 *
 * @param pins by their names
 */
public record ServerSettings(SortedMap<String, Pin> pins) {
  /** The most pins there may be. */
  public static final int MAX_PINS = 64;

  /** Nothing is pinned. */
  public static final ServerSettings NONE = new ServerSettings(new TreeMap<>());

  /**
   * What a login at an issuer itself is made with, where nothing else is pinned: it asks for an id
   * token, and for no resource, which many identity providers refuse.
   */
  public static final ServerSettings OF_ISSUER_ITSELF =
      of(
          List.of(
              new Pin(Setting.RESOURCE.key(), Setting.NONE, "a login at an issuer"),
              new Pin(Setting.SCOPE.key(), "openid", "a login at an issuer")));

  public ServerSettings {
    pins = Collections.unmodifiableSortedMap(new TreeMap<>(pins));
  }

  /**
   * @throws ClientException {@link Problem#BAD_SETTINGS} where a name comes twice, or there are
   *     more than {@value #MAX_PINS}
   */
  public static ServerSettings of(Collection<Pin> pins) {
    SortedMap<String, Pin> byName = new TreeMap<>();
    for (Pin pin : pins) {
      if (byName.putIfAbsent(pin.name(), pin) != null) {
        throw new ClientException(
            Problem.BAD_SETTINGS, pin.origin() + ": " + pin.name() + " is pinned twice", null);
      }
    }
    if (byName.size() > MAX_PINS) {
      throw new ClientException(
          Problem.BAD_SETTINGS, "more than " + MAX_PINS + " settings are pinned at once", null);
    }
    return new ServerSettings(byName);
  }

  /**
   * From the command line: {@code NAME=VALUE} each, and a preset.
   *
   * @throws ClientException {@link Problem#BAD_SETTINGS}
   */
  public static ServerSettings ofOptions(Collection<String> pins, @Nullable String preset) {
    List<Pin> all = new ArrayList<>();
    pins.forEach(pin -> all.add(Pin.parse(pin, "--pin")));
    if (preset != null) {
      all.add(Pin.of(Setting.PRESET.key(), preset, "--preset"));
    }
    return of(all);
  }

  /** Those that a login was made with, as the store keeps them; what is no longer known is left. */
  public static ServerSettings stored(@Nullable Map<String, String> values) {
    if (values == null) {
      return NONE;
    }
    SortedMap<String, Pin> pins = new TreeMap<>();
    values.forEach((name, value) -> pins.put(name, new Pin(name, value, "the login")));
    return new ServerSettings(pins);
  }

  /** By name, without their origins. */
  public Map<String, String> values() {
    Map<String, String> values = new LinkedHashMap<>();
    pins.forEach((name, pin) -> values.put(name, pin.value()));
    return values;
  }

  public boolean isEmpty() {
    return pins.isEmpty();
  }

  /** Every pin, in the order of names. */
  public List<Pin> all() {
    return List.copyOf(pins.values());
  }

  public @Nullable Pin pin(Setting setting) {
    return pins.get(setting.key());
  }

  /** What is pinned; null where it is not, or where it is {@code none}. */
  public @Nullable String value(Setting setting) {
    Pin pin = pin(setting);
    return pin == null || isNone(setting) ? null : pin.value();
  }

  /** Whether it is pinned that there is none. */
  public boolean isNone(Setting setting) {
    Pin pin = pin(setting);
    return pin != null && setting.mayBeNone() && pin.value().equals(Setting.NONE);
  }

  /** The pinned scope; null where none is. */
  public @Nullable Scope scope() {
    String scope = value(Setting.SCOPE);
    return scope == null ? null : Scope.parse(scope);
  }

  /**
   * RFC 8707 §2. What goes with a kind of request besides what its flow sends: {@code resource}
   * unless none is to be sent, the pinned {@code audience}, and the pinned parameters.
   *
   * @param resource the server's own, where none is pinned
   */
  public Map<String, String> parameters(RequestKind kind, String resource) {
    Map<String, String> parameters = new LinkedHashMap<>();
    if (!isNone(Setting.RESOURCE)) {
      String pinned = value(Setting.RESOURCE);
      parameters.put("resource", pinned == null ? resource : pinned);
    }
    String audience = value(Setting.AUDIENCE);
    if (audience != null) {
      parameters.put("audience", audience);
    }
    String prefix = kind.key() + ".";
    pins.forEach((name, pin) -> {
      if (name.startsWith(prefix)) {
        parameters.put(name.substring(prefix.length()), pin.value());
      }
    });
    return parameters;
  }

  /** These, and what is below where these pin nothing. */
  public ServerSettings over(ServerSettings below) {
    if (below.isEmpty()) {
      return this;
    }
    SortedMap<String, Pin> merged = new TreeMap<>(below.pins);
    merged.putAll(pins);
    return new ServerSettings(merged);
  }

  /** Those of the preset that these name; none where they name none. */
  ServerSettings preset() {
    String preset = value(Setting.PRESET);
    return preset == null
        ? NONE
        : Preset.of(preset).map(Preset::settings).orElse(ServerSettings.NONE);
  }

  /** Those that can be pinned for an issuer. */
  ServerSettings forIssuer() {
    SortedMap<String, Pin> kept = new TreeMap<>(pins);
    for (Setting setting : Setting.values()) {
      if (setting.isOfServerAlone()) {
        kept.remove(setting.key());
      }
    }
    return new ServerSettings(kept);
  }

  /** Metadata with what is pinned in place of what it says. */
  public AuthorizationServerMetadata over(AuthorizationServerMetadata metadata) {
    ObjectNode members = Json.mapper().valueToTree(metadata);
    boolean changed = false;
    for (Setting setting : Setting.values()) {
      String value = setting.isMetadata() ? value(setting) : null;
      if (value != null && setting == Setting.CODE_CHALLENGE_METHODS) {
        members.putArray(setting.key()).add(value);
      } else if (value != null) {
        members.put(setting.key(), value);
      }
      changed |= value != null;
    }
    return changed ? Json.convert(members, AuthorizationServerMetadata.class) : metadata;
  }

  /** The names alone. */
  @Override
  public String toString() {
    return "ServerSettings" + pins.keySet();
  }
}

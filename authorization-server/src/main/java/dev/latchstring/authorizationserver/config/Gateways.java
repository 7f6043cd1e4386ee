package dev.latchstring.authorizationserver.config;

import static dev.latchstring.authorizationserver.config.KnownNames.required;

import dev.latchstring.authorizationserver.config.DeliverySettings.Format;
import dev.latchstring.authorizationserver.config.DeliverySettings.Gateway;
import dev.latchstring.authorizationserver.delivery.Channel;
import dev.latchstring.oauth.HttpsUri;
import java.net.URI;
import java.nio.file.Path;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** The rules for {@code delivery.sms} and {@code delivery.voice}. */
final class Gateways {
  private static final String KEY_PREFIX = "whsec_";
  private static final int SHORTEST_KEY = 24;
  private static final int LONGEST_KEY = 64;
  private static final int MOST = 16;

  /** RFC 9110 §5.6.2. */
  private static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9!#$%&'*+.^_`|~-]{1,64}");

  private static final Pattern VALUE = Pattern.compile("[\\x20-\\x7e]{1,4096}");
  private static final Pattern DOMAIN = Pattern.compile("[a-z0-9-]+(\\.[a-z0-9-]+)+");

  /** What a request has anyway, or what belongs to the connection. */
  private static final Set<String> OURS =
      Set.of(
          "connection",
          "content-length",
          "content-type",
          "expect",
          "host",
          "idempotency-key",
          "transfer-encoding",
          "upgrade",
          "webhook-id",
          "webhook-signature",
          "webhook-timestamp");

  private final Channel channel;
  private final String key;
  private final SecretSource secrets;
  private final Path base;

  Gateways(Channel channel, SecretSource secrets, Path base) {
    this.channel = channel;
    this.key = "delivery." + channel.wireName();
    this.secrets = secrets;
    this.base = base;
  }

  Gateway read(ConfigurationFile.Gateway file) {
    URI url = url(file.url());
    Format format = format(file.format());
    Map<String, String> headers = headers(file.headers());
    String password =
        secrets.read(key + ".password", variable("PASSWORD"), file.password(), file.passwordFile());
    if ((file.user() == null) != (password == null)) {
      throw new ConfigurationException(
          key
              + ": user and password belong together; the password may be in "
              + variable("PASSWORD")
              + " or a password_file");
    }
    if (file.user() != null && (file.user().isEmpty() || file.user().contains(":"))) {
      throw new ConfigurationException(key + ".user: must be a name without a colon");
    }
    if (file.user() != null
        && headers.keySet().stream().anyMatch("authorization"::equalsIgnoreCase)) {
      throw new ConfigurationException(
          key + ".headers: Authorization stands beside user; leave one of them out");
    }
    return new Gateway(
        url,
        format,
        headers,
        file.user(),
        password,
        signingKey(file),
        from(file.from()),
        parameters(file.parameters(), format),
        code(file, format),
        domain(file.autofillDomain()),
        Deliveries.authorities(key, file.caFile(), base));
  }

  private String variable(String what) {
    return "LATCH_" + channel.name() + "_" + what;
  }

  private URI url(@Nullable String text) {
    String url = required(key + ".url", text);
    try {
      URI uri = URI.create(url);
      if (HttpsUri.isHttpsOrLoopback(uri)
          && uri.getRawUserInfo() == null
          && uri.getRawFragment() == null) {
        return uri;
      }
    } catch (IllegalArgumentException e) {
      // Told below, with the others.
    }
    throw new ConfigurationException(
        key
            + ".url: cannot be used; write the gateway's https address (http on loopback alone),"
            + " with no user or password in it");
  }

  private Format format(@Nullable String text) {
    return switch (text == null ? "json" : text) {
      case "json" -> Format.JSON;
      case "form" -> Format.FORM;
      default ->
          throw new ConfigurationException(key + ".format: '" + text + "' is none of json, form");
    };
  }

  private Map<String, String> headers(@Nullable Map<String, JsonNode> given) {
    Map<String, String> headers = new LinkedHashMap<>();
    if (given == null) {
      return headers;
    }
    requireFew("headers", given.size());
    given.forEach((name, node) -> {
      String where = key + ".headers." + name;
      if (!TOKEN.matcher(name).matches()) {
        throw new ConfigurationException(key + ".headers: '" + name + "' is not a header's name");
      }
      if (OURS.contains(name.toLowerCase(Locale.ROOT))) {
        throw new ConfigurationException(where + ": is set by this server; leave it out");
      }
      String value = secrets.value(where, node);
      if (!VALUE.matcher(value).matches()) {
        throw new ConfigurationException(where + ": must be 1 to 4096 visible ASCII characters");
      }
      headers.put(name, value);
    });
    return headers;
  }

  /** As Standard Webhooks writes secrets: base64, after {@code whsec_} or without it. */
  private byte @Nullable [] signingKey(ConfigurationFile.Gateway file) {
    String text =
        secrets.read(key + ".signing_key", variable("SIGNING_KEY"), null, file.signingKeyFile());
    if (text == null) {
      return null;
    }
    String encoded = text.startsWith(KEY_PREFIX) ? text.substring(KEY_PREFIX.length()) : text;
    try {
      byte[] bytes = Base64.getDecoder().decode(encoded);
      if (bytes.length >= SHORTEST_KEY && bytes.length <= LONGEST_KEY) {
        return bytes;
      }
    } catch (IllegalArgumentException e) {
      // Told below, with the others.
    }
    throw new ConfigurationException(
        key
            + ".signing_key: must be 24 to 64 random bytes in base64, after whsec_ or without it;"
            + " make one with: openssl rand -base64 32");
  }

  private @Nullable String from(@Nullable String from) {
    if (from != null && (from.isBlank() || from.length() > 64)) {
      throw new ConfigurationException(key + ".from: must be 1 to 64 characters");
    }
    return from;
  }

  private Map<String, String> parameters(@Nullable Map<String, String> given, Format format) {
    if (given == null) {
      return Map.of();
    }
    if (format != Format.FORM) {
      throw new ConfigurationException(key + ".parameters: are for format: form");
    }
    requireFew("parameters", given.size());
    for (String ours : Set.of("To", "From", "Body", "Twiml")) {
      if (given.containsKey(ours)) {
        throw new ConfigurationException(
            key
                + ".parameters."
                + ours
                + ": is set by this server"
                + (ours.equals("From") ? "; write from instead" : "; leave it out"));
      }
    }
    return given;
  }

  private boolean code(ConfigurationFile.Gateway file, Format format) {
    boolean wanted = Boolean.TRUE.equals(file.includeCode());
    if (wanted && format != Format.JSON) {
      throw new ConfigurationException(key + ".include_code: is for format: json");
    }
    return wanted;
  }

  private @Nullable String domain(@Nullable String domain) {
    if (domain == null) {
      return null;
    }
    if (channel != Channel.SMS) {
      throw new ConfigurationException(key + ".autofill_domain: is for sms");
    }
    if (domain.length() > 80 || !DOMAIN.matcher(domain).matches()) {
      throw new ConfigurationException(
          key + ".autofill_domain: '" + domain + "' is not a domain, such as example.com");
    }
    return domain;
  }

  private void requireFew(String what, int count) {
    if (count > MOST) {
      throw new ConfigurationException(key + "." + what + ": are at most " + MOST);
    }
  }
}

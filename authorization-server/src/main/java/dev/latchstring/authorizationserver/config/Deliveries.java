package dev.latchstring.authorizationserver.config;

import static dev.latchstring.authorizationserver.config.KnownNames.required;

import dev.latchstring.authorizationserver.config.DeliverySettings.Smtp;
import dev.latchstring.authorizationserver.config.DeliverySettings.Tls;
import dev.latchstring.authorizationserver.delivery.Channel;
import dev.latchstring.oauth.HttpsUri;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The rules for {@code delivery}: the mail server here, gateways in {@link Gateways}. */
final class Deliveries {
  private static final int SUBMISSION = 587;
  private static final int SUBMISSIONS = 465;

  private static final Pattern ADDRESS =
      Pattern.compile("[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@[A-Za-z0-9-]+(\\.[A-Za-z0-9-]+)*");

  private Deliveries() {}

  /**
   * @param base what a relative path is relative to
   * @throws ConfigurationException where a setting cannot be used, with what to change
   */
  static DeliverySettings read(
      ConfigurationFile.@Nullable Delivery file, Map<String, String> environment, Path base) {
    if (file == null) {
      return DeliverySettings.NONE;
    }
    SecretSource secrets = new SecretSource(environment, base);
    Map<Channel, DeliverySettings.Gateway> gateways = new EnumMap<>(Channel.class);
    if (file.sms() != null) {
      gateways.put(Channel.SMS, new Gateways(Channel.SMS, secrets, base).read(file.sms()));
    }
    if (file.voice() != null) {
      gateways.put(Channel.VOICE, new Gateways(Channel.VOICE, secrets, base).read(file.voice()));
    }
    return new DeliverySettings(
        file.smtp() == null ? null : smtp(file.smtp(), secrets, base), gateways);
  }

  private static Smtp smtp(ConfigurationFile.Smtp file, SecretSource secrets, Path base) {
    String key = "delivery.smtp";
    String host = required(key + ".host", file.host());
    if (!Hosts.read(key + ".host", List.of(host)).get(0).equals(host) || host.startsWith("*")) {
      throw new ConfigurationException(key + ".host: is one host, such as mail.example.com");
    }
    boolean loopback = HttpsUri.isLoopbackHost(host);
    Tls tls = tls(key, file, loopback);
    int port = file.port() == null ? (tls == Tls.IMPLICIT ? SUBMISSIONS : SUBMISSION) : file.port();
    if (port < 1 || port > 65_535) {
      throw new ConfigurationException(key + ".port: " + port + " is not between 1 and 65535");
    }
    String password =
        secrets.read(
            key + ".password", "LATCH_SMTP_PASSWORD", file.password(), file.passwordFile());
    if (file.user() == null && password != null) {
      throw new ConfigurationException(key + ".user: is missing beside the password");
    }
    if (file.user() != null && password == null) {
      throw new ConfigurationException(
          key + ".password: is missing; set LATCH_SMTP_PASSWORD, or name a password_file");
    }
    String from = required(key + ".from", file.from());
    if (!ADDRESS.matcher(from).matches()) {
      throw new ConfigurationException(
          key
              + ".from: '"
              + from
              + "' is not an address alone, such as codes@example.com;"
              + " a name goes to from_name");
    }
    return new Smtp(
        host,
        port,
        tls,
        file.user(),
        password,
        from,
        file.fromName() == null ? "" : file.fromName(),
        authorities(key, file.caFile(), base));
  }

  private static Tls tls(String key, ConfigurationFile.Smtp file, boolean loopback) {
    String text = file.tls();
    if (text == null) {
      boolean implicit = file.port() != null && file.port() == SUBMISSIONS;
      return implicit ? Tls.IMPLICIT : loopback ? Tls.NONE : Tls.STARTTLS;
    }
    return switch (text) {
      case "starttls" -> Tls.STARTTLS;
      case "implicit" -> Tls.IMPLICIT;
      case "none" -> {
        if (!loopback) {
          throw new ConfigurationException(
              key
                  + ".tls: none is for a mail server on loopback; write starttls or implicit, for"
                  + " codes are read on the way otherwise");
        }
        yield Tls.NONE;
      }
      default ->
          throw new ConfigurationException(
              key + ".tls: '" + text + "' is none of starttls, implicit, none");
    };
  }

  static List<X509Certificate> authorities(String key, @Nullable String caFile, Path base) {
    if (caFile == null) {
      return List.of();
    }
    try {
      return PemCertificates.read(
          key + ".ca_file", base.resolve(caFile).toAbsolutePath().normalize());
    } catch (InvalidPathException e) {
      throw new ConfigurationException(key + ".ca_file: not a path: " + e.getReason());
    }
  }
}

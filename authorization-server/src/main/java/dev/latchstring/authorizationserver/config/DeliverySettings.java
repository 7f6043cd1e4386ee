package dev.latchstring.authorizationserver.config;

import dev.latchstring.authorizationserver.delivery.Channel;
import java.net.URI;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * How one-time codes reach people.
 *
 * @param smtp null where no mail is sent
 * @param gateways who sends text messages and makes calls; a channel that is not there is not used
 */
public record DeliverySettings(@Nullable Smtp smtp, Map<Channel, Gateway> gateways) {
  /** Nobody is reached; in development, codes are printed. */
  public static final DeliverySettings NONE = new DeliverySettings(null, Map.of());

  public DeliverySettings {
    gateways = Map.copyOf(gateways);
  }

  /** The channels that are configured. */
  public Set<Channel> channels() {
    Set<Channel> channels = new TreeSet<>(gateways.keySet());
    if (smtp != null) {
      channels.add(Channel.EMAIL);
    }
    return channels;
  }

  /**
   * Asks whether codes can be sent on these channels; on loopback they can be, for those that are
   * not configured are printed.
   *
   * @param loopback whether the issuer is on loopback
   * @param needed on which the configured steps send codes
   * @throws ConfigurationException where one is not configured, with what to write
   */
  public void requireUsable(boolean loopback, Set<Channel> needed) {
    if (loopback) {
      return;
    }
    Set<Channel> missing = new TreeSet<>(needed);
    missing.removeAll(channels());
    if (!missing.isEmpty()) {
      throw new ConfigurationException(
          "delivery: one-time codes are to be sent by "
              + missing.stream().map(Channel::wireName).collect(Collectors.joining(" and "))
              + ", but nothing says how; write "
              + missing.stream().map(DeliverySettings::section).collect(Collectors.joining(" and "))
              + ", or take the step out (only a server on loopback prints codes)");
    }
  }

  private static String section(Channel channel) {
    return channel == Channel.EMAIL
        ? "delivery.smtp with host and from"
        : "delivery." + channel.wireName() + " with the url of a gateway";
  }

  /** How the connection to the mail server is protected. */
  public enum Tls {
    /** RFC 3207: upgraded before anything is said; without it nothing is sent. */
    STARTTLS,
    /** RFC 8314 §3.3: from the first byte. */
    IMPLICIT,
    /** Not at all: on loopback alone. */
    NONE
  }

  /**
   * RFC 6409. The server that takes mail from us.
   *
   * @param user null to say nothing of who we are
   * @param password there where {@code user} is
   * @param from the address in From and of the envelope
   * @param fromName beside it; may be empty
   * @param authorities that certify the server beside those of the JDK
   */
  public record Smtp(
      String host,
      int port,
      Tls tls,
      @Nullable String user,
      @Nullable String password,
      String from,
      String fromName,
      List<X509Certificate> authorities) {
    public Smtp {
      authorities = List.copyOf(authorities);
    }

    @Override
    public String toString() {
      return "Smtp[host=" + host + ", port=" + port + ", tls=" + tls + ", from=" + from + "]";
    }
  }

  /** What a gateway is told. */
  public enum Format {
    /** A JSON object of ours. */
    JSON,
    /** To, From and Body (of a call: Twiml) as Twilio's Messages and Calls resources take them. */
    FORM
  }

  /**
   * Who sends text messages or makes calls.
   *
   * @param url https, or http on loopback
   * @param headers sent with each request; their values may be secret
   * @param user for Basic authentication, or null
   * @param password there where {@code user} is
   * @param signingKey of the HMAC over each request, 24 to 64 bytes; null where none is signed
   * @param from who the message is said to be from, or null where the gateway knows
   * @param parameters of the form, beside ours
   * @param code whether a JSON request has the code as a member of its own, beside the text
   * @param autofillDomain whose pages may fill in the code of a text message, or null
   * @param authorities that certify the gateway beside those of the JDK
   */
  public record Gateway(
      URI url,
      Format format,
      Map<String, String> headers,
      @Nullable String user,
      @Nullable String password,
      byte @Nullable [] signingKey,
      @Nullable String from,
      Map<String, String> parameters,
      boolean code,
      @Nullable String autofillDomain,
      List<X509Certificate> authorities) {
    public Gateway {
      headers = Map.copyOf(headers);
      parameters = Map.copyOf(parameters);
      authorities = List.copyOf(authorities);
    }

    @Override
    public String toString() {
      return "Gateway[host=" + url.getHost() + ", format=" + format + "]";
    }
  }
}

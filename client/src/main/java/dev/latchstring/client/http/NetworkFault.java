package dev.latchstring.client.http;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpConnectTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Why there was no answer from a server, for a person.
 *
 * @param message what is wrong, with the address and without its query
 * @param hint what to do, in the imperative
 */
public record NetworkFault(String message, String hint) {
  /** What Java's client says of it, and there is no type for it. */
  private static final String NO_TUNNEL = "Tunnel failed, got: ";

  static NetworkFault of(URI target, Throwable failure, Proxies.@Nullable Choice proxy) {
    String place = target.getScheme() + "://" + target.getRawAuthority() + target.getRawPath();
    if (has(failure, SSLException.class)) {
      return insecure(target, place, failure);
    }
    if (proxy != null) {
      NetworkFault fault = ofProxy(place, failure, proxy);
      if (fault != null) {
        return fault;
      }
    }
    if (has(failure, UnresolvedAddressException.class)
        || has(failure, UnknownHostException.class)) {
      return new NetworkFault(
          "the host " + target.getHost() + " is not known",
          "check the spelling and the network connection; where only a proxy knows it, set"
              + " HTTPS_PROXY");
    }
    if (has(failure, ConnectException.class) || has(failure, HttpConnectTimeoutException.class)) {
      return new NetworkFault(
          "nothing answers at " + place,
          "check that the server is running and that the network lets you reach it; where a proxy"
              + " does, set HTTPS_PROXY");
    }
    return new NetworkFault(
        "the connection to " + place + " broke: " + reason(failure),
        "try again; check the network connection and any proxy");
  }

  private static @Nullable NetworkFault ofProxy(
      String place, Throwable failure, Proxies.Choice proxy) {
    String which = "the proxy " + proxy.place() + " (from " + proxy.from() + ")";
    String hint = "check the proxy's address; for a host that needs none, set NO_PROXY";
    if (has(failure, UnresolvedAddressException.class)
        || has(failure, UnknownHostException.class)) {
      return new NetworkFault(which + " is not known", hint);
    }
    if (has(failure, ConnectException.class) || has(failure, HttpConnectTimeoutException.class)) {
      return new NetworkFault("nothing answers at " + which, hint);
    }
    String told = reason(failure);
    int got = told.indexOf(NO_TUNNEL);
    return got < 0
        ? null
        : new NetworkFault(
            which
                + " does not lead to "
                + place
                + ": it answered "
                + told.substring(got + NO_TUNNEL.length()),
            "ask who runs the proxy whether this host is allowed");
  }

  /**
   * RFC 9110 §9.3.6: whether a proxy refused the tunnel, so that the server was sent nothing. What
   * stands further back in a message may be quoted from a server.
   */
  static boolean isWithoutTunnel(Throwable failure) {
    return reason(failure).startsWith(NO_TUNNEL);
  }

  /** RFC 8446 §6.2 and RFC 5280 §6: what is wrong with the other side's certificate. */
  private static NetworkFault insecure(URI target, String place, Throwable failure) {
    String host = String.valueOf(target.getHost());
    if (LayeredTrust.isUnknown(failure)) {
      return new NetworkFault(
          "the certificate of " + host + " is not trusted on this machine",
          "where its authority is your company's own, add that: --ca-file FILE (or "
              + Network.CA_FILE
              + "); otherwise do not go on");
    }
    if (has(failure, CertificateExpiredException.class)) {
      return new NetworkFault(
          "the certificate of " + host + " has expired",
          "tell the server's operator; check this machine's clock");
    }
    if (has(failure, CertificateNotYetValidException.class)) {
      return new NetworkFault(
          "the certificate of " + host + " is not valid yet", "check this machine's clock");
    }
    String told = reason(failure);
    if (has(failure, CertificateException.class) && told.contains("No ")) {
      return new NetworkFault(
          "the certificate that is shown is not for " + host,
          "check the address; something between may answer in the server's place");
    }
    if (told.contains("Unsupported or unrecognized SSL message")) {
      return new NetworkFault(
          "what answers at " + place + " speaks no TLS", "check the address and its port");
    }
    return new NetworkFault(
        "no secure connection to " + place + ": " + told,
        "check the server's certificate, and that its authority is trusted on this machine");
  }

  private static boolean has(Throwable failure, Class<? extends Throwable> type) {
    Throwable cause = failure;
    for (int depth = 0; cause != null && depth < 12; depth++) {
      if (type.isInstance(cause)) {
        return true;
      }
      cause = cause.getCause();
    }
    return false;
  }

  private static String reason(Throwable failure) {
    String message = failure.getMessage();
    return message == null || !(failure instanceof IOException)
        ? failure.getClass().getSimpleName()
        : ServerText.clean(message, 160);
  }
}

package dev.latchstring.client.http;

import dev.latchstring.client.ClientException;
import dev.latchstring.client.Problem;
import java.net.ProxySelector;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.security.cert.Certificate;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;

/**
 * RFC 9110 §9.3.6, RFC 5280 §6. How this machine reaches servers: which certificate authorities are
 * trusted, and through which proxy.
 *
 * <p>Trusted are the authorities of the Java runtime, those of the operating system, and those of
 * one further file, which adds to them and replaces none. Proxies are those of the usual variables;
 * an address of this machine itself is never reached through one.
 *
 * <p>Making one reads nothing: files are opened with the first client, and the operating system's
 * authorities when a certificate comes that the others do not know. Where a proxy wants a login,
 * one has to be made before the first class of Java's HTTP client is loaded, or Java does not send
 * it.
 */
public final class Network {
  /** The file of further authorities: PEM with one certificate or several. */
  public static final String CA_FILE = "LATCH_CA_FILE";

  /** OpenSSL's name for the machine's authorities; read in place of the system's own file. */
  public static final String SSL_CERT_FILE = "SSL_CERT_FILE";

  /** The proxy for every address, before the usual variables; {@code none} for no proxy at all. */
  public static final String PROXY = "LATCH_PROXY";

  private static final Network OF_THIS_PROCESS = new Network(System.getenv());

  private final Map<String, String> variables;
  private final Proxies proxies;
  private final ReentrantLock opening = new ReentrantLock();
  private @Nullable SSLContext trust;

  private Network(Map<String, String> variables) {
    this.variables = Map.copyOf(variables);
    this.proxies = new Proxies(this.variables);
  }

  /** As the environment variables of this process say. */
  public static Network ofThisProcess() {
    return OF_THIS_PROCESS;
  }

  /** As these environment variables say. */
  public static Network of(Map<String, String> variables) {
    return new Network(variables);
  }

  /** The same with a file of further authorities. */
  public Network withCaFile(String file) {
    return with(CA_FILE, file);
  }

  /** The same through a proxy, such as {@code http://proxy.example:3128}; {@code none} for none. */
  public Network withProxy(String proxy) {
    return with(PROXY, proxy);
  }

  private Network with(String variable, String value) {
    Map<String, String> changed = new HashMap<>(variables);
    changed.put(variable, value);
    return new Network(changed);
  }

  /**
   * A client that follows no redirect, to be configured further. Its requests have to be given
   * {@link #addTo}'s header.
   *
   * @throws ClientException {@link Problem#FILE_UNUSABLE} for the file of authorities, {@link
   *     Problem#BAD_ADDRESS} for a proxy that is none
   */
  public HttpClient.Builder client() {
    ProxySelector through = proxies.selector();
    HttpClient.Builder builder =
        HttpClient.newBuilder()
            .followRedirects(HttpClient.Redirect.NEVER)
            .sslContext(trust())
            // None of its own: asked for its defaults, the context would be made now.
            .sslParameters(new SSLParameters());
    return through == null ? builder : builder.proxy(through);
  }

  /** One for all clients: what a machine trusts is read once. */
  private SSLContext trust() {
    opening.lock();
    try {
      SSLContext context = trust;
      if (context == null) {
        String file = variables.getOrDefault(CA_FILE, "");
        List<Certificate> further = file.isEmpty() ? null : Certificates.ofFile(file);
        LayeredTrust.Source machine =
            MachineTrust.ofThisMachine(variables.getOrDefault(SSL_CERT_FILE, ""));
        context = new LazyTls(() -> LayeredTrust.context(further, machine));
        trust = context;
      }
      return context;
    } finally {
      opening.unlock();
    }
  }

  /**
   * RFC 9110 §11.7.2: what the proxy wants of a request that goes through one; nothing of any
   * other. It is for the proxy alone, and no server is sent it.
   */
  public void addTo(HttpRequest.Builder request, URI target) {
    Proxies.Choice proxy = proxies.of(target);
    if (proxy != null && proxy.authorization() != null) {
      request.setHeader("Proxy-Authorization", proxy.authorization());
    }
  }

  /**
   * RFC 9110 §15.5.8: what is wrong where the proxy answered instead of the server; null where it
   * was the server.
   */
  public @Nullable ClientException refusal(URI target, int status) {
    Proxies.Choice proxy = proxies.of(target);
    if (status != 407 || proxy == null) {
      return null;
    }
    boolean known = proxy.authorization() != null;
    return new ClientException(
        Problem.NETWORK,
        "the proxy "
            + proxy.place()
            + " (from "
            + proxy.from()
            + ") "
            + (known ? "does not accept the user name and password (407)" : "wants a login (407)"),
        known
            ? "check them, with every special character percent-encoded; no other login than Basic"
                + " is spoken"
            : "put them into the address: http://USER:PASSWORD@" + proxy.place());
  }

  /** Why there was no answer, in words. */
  public NetworkFault explain(URI target, Throwable failure) {
    return NetworkFault.of(target, failure, proxies.of(target));
  }

  /**
   * RFC 9110 §9.3.6: whether there was no answer because a proxy does not lead to the server, which
   * was sent nothing then.
   */
  public static boolean isRefusedByProxy(Throwable failure) {
    return NetworkFault.isWithoutTunnel(failure);
  }

  /** Without the values, which may hold a password. */
  @Override
  public String toString() {
    return "Network[]";
  }
}

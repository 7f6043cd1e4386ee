package dev.latchstring.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/**
 * A web server on {@code https://localhost} whose certificate an authority of its own signed, as
 * companies have them. Both are made by the JDK's keytool.
 */
public final class TlsHost implements AutoCloseable {
  private static final String PASSWORD = "changeit";

  private final HttpsServer server;
  private final SSLContext tls;
  private final Path caFile;
  private final Map<String, String> documents = new ConcurrentHashMap<>();
  private final Set<String> headers = ConcurrentHashMap.newKeySet();
  private final List<String> requests = new CopyOnWriteArrayList<>();

  private TlsHost(HttpsServer server, SSLContext tls, Path caFile) {
    this.server = server;
    this.tls = tls;
    this.caFile = caFile;
  }

  /**
   * Makes the certificates and starts the server on a free port.
   *
   * @param folder where the keys and the authority's certificate are written
   */
  public static TlsHost start(Path folder) throws Exception {
    return start(folder, "localhost");
  }

  /**
   * The same for a host of another name, which no resolver knows.
   *
   * @param more options of keytool for the certificate, such as {@code -startdate -9d}: it is good
   *     for two days
   */
  public static TlsHost start(Path folder, String name, String... more) throws Exception {
    Path store = folder.resolve("tls-host.p12");
    keytool(store, "-alias", "ca", "-dname", "CN=Test authority", "-ext", "bc:critical=ca:true");
    List<String> options =
        new ArrayList<>(
            List.of(
                "-alias",
                "host",
                "-dname",
                "CN=" + name,
                "-ext",
                "san=dns:" + name,
                "-signer",
                "ca"));
    options.addAll(List.of(more));
    keytool(store, options.toArray(String[]::new));
    KeyStore keys = KeyStore.getInstance(store.toFile(), PASSWORD.toCharArray());
    Path caFile = folder.resolve("ca.pem");
    Files.writeString(caFile, pem(keys.getCertificate("ca").getEncoded()));
    keys.deleteEntry("ca");
    KeyManagerFactory managers =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    managers.init(keys, PASSWORD.toCharArray());
    SSLContext tls = SSLContext.getInstance("TLS");
    tls.init(managers.getKeyManagers(), null, null);
    HttpsServer server =
        HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setHttpsConfigurator(new HttpsConfigurator(tls));
    TlsHost host = new TlsHost(server, tls, caFile);
    server.createContext("/", host::answer);
    server.start();
    return host;
  }

  private static void keytool(Path store, String... more) throws Exception {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-keyalg",
                "EC",
                "-validity",
                "2",
                "-storetype",
                "PKCS12",
                "-storepass",
                PASSWORD,
                "-keystore",
                store.toString()));
    command.addAll(List.of(more));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), UTF_8);
    if (process.waitFor() != 0) {
      throw new IllegalStateException("keytool: " + said);
    }
  }

  private static String pem(byte[] certificate) {
    return "-----BEGIN CERTIFICATE-----\n"
        + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(certificate)
        + "\n-----END CERTIFICATE-----\n";
  }

  /** The certificate of the authority, in PEM. */
  public Path caFile() {
    return caFile;
  }

  /** The same certificate for another server on this host. */
  public SSLContext tls() {
    return tls;
  }

  /** The address of a path. */
  public String at(String path) {
    return "https://localhost:" + server.getAddress().getPort() + path;
  }

  /** The port on loopback. */
  public int port() {
    return server.getAddress().getPort();
  }

  /** Whether a request ever came with a header of that name. */
  public boolean sawHeader(String name) {
    return headers.contains(name.toLowerCase(Locale.ROOT));
  }

  /** Answers a path with this JSON from now on. */
  public void publish(String path, String json) {
    documents.put(path, json);
  }

  /** How often a path was asked for. */
  public long requests(String path) {
    return requests.stream().filter(path::equals).count();
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      String path = exchange.getRequestURI().getPath();
      requests.add(path);
      exchange.getRequestHeaders().keySet().forEach(n -> headers.add(n.toLowerCase(Locale.ROOT)));
      String document = documents.get(path);
      byte[] body = (document == null ? "{}" : document).getBytes(UTF_8);
      exchange.getResponseHeaders().set("Content-Type", "application/json");
      exchange.sendResponseHeaders(document == null ? 404 : 200, body.length);
      exchange.getResponseBody().write(body);
    }
  }

  @Override
  public void close() {
    server.stop(0);
  }
}

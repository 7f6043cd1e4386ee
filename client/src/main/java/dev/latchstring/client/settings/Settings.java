package dev.latchstring.client.settings;

import dev.latchstring.client.ClientException;
import dev.latchstring.client.Problem;
import dev.latchstring.client.store.UserDirectories;
import dev.latchstring.oauth.HttpsUri;
import dev.latchstring.oauth.OAuthException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is pinned for every server: by the command line, which holds for all that a process does,
 * and by a file. Reading the file waits until a server is asked for.
 */
public final class Settings {
  /** The file's name, in the user's configuration directory. */
  public static final String FILE_NAME = "servers.yaml";

  /** Nothing is pinned anywhere. */
  public static final Settings NONE = new Settings(ServerSettings.NONE, null);

  private final ServerSettings first;
  private final @Nullable Path file;
  private @Nullable Contents contents;

  /**
   * What a file says.
   *
   * @param servers by the server's address in its canonical spelling (RFC 8707)
   * @param issuers by the issuer as it spells itself
   */
  record Contents(Map<URI, ServerSettings> servers, Map<String, ServerSettings> issuers) {
    static final Contents NONE = new Contents(Map.of(), Map.of());
  }

  private Settings(ServerSettings first, @Nullable Path file) {
    this.first = first;
    this.file = file;
  }

  /** What the user who runs this process pins for good, in {@value #FILE_NAME}. */
  public static Settings ofThisUser() {
    return of(ServerSettings.NONE, UserDirectories.ofThisUser().config().resolve(FILE_NAME));
  }

  /**
   * @param first stands above all others, whatever the server
   * @param file may not exist; null for none
   */
  public static Settings of(ServerSettings first, @Nullable Path file) {
    return new Settings(first, file);
  }

  /** These alone, for every server. */
  public static Settings of(ServerSettings alone) {
    return new Settings(alone, null);
  }

  /** These, and others above all of them. */
  public Settings over(ServerSettings above) {
    return new Settings(above.over(first), file);
  }

  /**
   * For a server whose issuer is not known yet, unless it is pinned.
   *
   * @throws ClientException {@link Problem#BAD_SETTINGS} where the file cannot be used
   */
  public ServerSettings of(URI server) {
    ServerSettings own = own(server);
    ServerSettings known = own.over(own.preset());
    String issuer = known.value(Setting.ISSUER);
    return issuer == null ? known : of(server, issuer);
  }

  /**
   * For a server and its issuer.
   *
   * @throws ClientException {@link Problem#BAD_SETTINGS} where the file cannot be used
   */
  public ServerSettings of(URI server, String issuer) {
    ServerSettings own = own(server);
    ServerSettings ofIssuer = contents().issuers().getOrDefault(issuer, ServerSettings.NONE);
    return own.over(ofIssuer).over(own.preset()).over(ofIssuer.preset().forIssuer());
  }

  /**
   * The servers that the file names, in its order.
   *
   * @throws ClientException {@link Problem#BAD_SETTINGS} where the file cannot be used
   */
  public List<URI> servers() {
    return List.copyOf(contents().servers().keySet());
  }

  private ServerSettings own(URI server) {
    Contents known = contents();
    if (known.servers().isEmpty()) {
      return first;
    }
    try {
      URI canonical = HttpsUri.requireResource(server.toString());
      return first.over(known.servers().getOrDefault(canonical, ServerSettings.NONE));
    } catch (OAuthException e) {
      return first; // no address of a server: nothing can be pinned for it
    }
  }

  private synchronized Contents contents() {
    Contents known = contents;
    if (known == null) {
      known = file == null ? Contents.NONE : SettingsFile.read(file);
      contents = known;
    }
    return known;
  }
}

package dev.latchstring.authorizationserver.page;

import dev.latchstring.oauth.Secrets;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The stylesheet, the icon and the one script, under names that carry a hash of their content.
 *
 * <p>A name never changes its content, so browsers may keep it for good; a new release has new
 * names.
 */
public final class Assets extends HttpServlet {
  private static final long serialVersionUID = 1;

  /** Where the assets are, within the issuer. */
  public static final String PATH = "/assets";

  private record Asset(String path, String type, byte[] content) {
    static Asset load(String name, String extension, String type) {
      byte[] content = read(name + "." + extension);
      String hash =
          Secrets.sha256Base64Url(new String(content, StandardCharsets.UTF_8)).substring(0, 12);
      return new Asset(PATH + "/" + name + "." + hash + "." + extension, type, content);
    }

    private static byte[] read(String name) {
      try (InputStream in = Assets.class.getResourceAsStream(name)) {
        if (in == null) {
          throw new IllegalStateException("the build lacks " + name);
        }
        return in.readAllBytes();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private final transient Asset style = Asset.load("style", "css", "text/css;charset=utf-8");
  private final transient Asset icon = Asset.load("icon", "svg", "image/svg+xml");
  private final transient Asset passkey =
      Asset.load("passkey", "js", "text/javascript;charset=utf-8");
  private final transient Map<String, Asset> byPath =
      Stream.of(style, icon, passkey).collect(Collectors.toMap(Asset::path, asset -> asset));

  /** The path of the stylesheet, within the issuer. */
  public String style() {
    return style.path();
  }

  /** The path of the icon, within the issuer. */
  public String icon() {
    return icon.path();
  }

  /** The path of the script that makes a passkey, within the issuer. */
  public String passkeyScript() {
    return passkey.path();
  }

  @Override
  protected void doGet(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    Asset asset = byPath.get(PATH + request.getPathInfo());
    response.setHeader("X-Content-Type-Options", "nosniff");
    response.setHeader("Cross-Origin-Resource-Policy", "same-origin");
    response.setHeader("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'");
    if (asset == null) {
      response.setStatus(404);
      response.setHeader("Cache-Control", "no-store");
      return;
    }
    response.setHeader("Cache-Control", "public, max-age=31536000, immutable");
    response.setContentType(asset.type());
    response.setContentLength(asset.content().length);
    response.getOutputStream().write(asset.content());
  }
}

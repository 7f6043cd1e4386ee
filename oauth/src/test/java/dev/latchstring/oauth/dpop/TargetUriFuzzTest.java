package dev.latchstring.oauth.dpop;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.net.URI;

class TargetUriFuzzTest {
  @FuzzTest
  void the_normal_form_is_one_form_of_the_same_place(byte[] input) {
    String url = new String(input, ISO_8859_1);
    TargetUri target;
    try {
      target = TargetUri.of(url);
    } catch (IllegalArgumentException e) {
      return;
    }
    String normal = target.normal();
    assertThat(TargetUri.of(normal)).isEqualTo(target);
    assertThat(target.isNamedBy(url)).isTrue();

    URI before = URI.create(url);
    URI after = URI.create(normal);
    assertThat(after.getScheme()).isEqualToIgnoringCase(before.getScheme());
    assertThat(after.getHost()).isEqualToIgnoringCase(before.getHost());
    assertThat(port(after)).isEqualTo(port(before));
    assertThat(normal).doesNotContain("#").doesNotContain("?").doesNotContain("/../");
    assertThat(after.getPath()).startsWith("/");
    String path = before.getRawPath();
    if (!path.contains("%") && !path.contains("//")) {
      // RFC 3986 §5.2.4 by another's hand, which keeps what leads above the root.
      String resolved = before.normalize().getRawPath().replaceFirst("^(/\\.\\.)+(?=/|$)", "");
      assertThat(after.getRawPath()).isEqualTo(resolved.isEmpty() ? "/" : resolved);
    }
  }

  private static int port(URI uri) {
    int standard = uri.getScheme().equalsIgnoreCase("http") ? 80 : 443;
    return uri.getPort() < 0 ? standard : uri.getPort();
  }
}

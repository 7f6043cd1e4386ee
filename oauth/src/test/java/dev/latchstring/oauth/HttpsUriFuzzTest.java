package dev.latchstring.oauth;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.latchstring.oauth.metadata.WellKnown;
import java.net.URI;
import java.util.List;

class HttpsUriFuzzTest {
  @FuzzTest
  void a_resource_that_is_accepted_is_in_its_one_spelling(byte[] input) {
    URI resource;
    try {
      resource = HttpsUri.requireResource(new String(input, UTF_8));
    } catch (OAuthException e) {
      assertThat(e.code()).isEqualTo(ErrorCode.INVALID_TARGET);
      return;
    }
    assertThat(HttpsUri.requireResource(resource.toString())).isEqualTo(resource);
    assertThat(HttpsUri.isHttpsOrLoopback(resource)).isTrue();
    assertThat(resource.getRawFragment()).isNull();
    assertThat(resource.getRawUserInfo()).isNull();
    onSameOrigin(resource, WellKnown.protectedResource(resource));
  }

  @FuzzTest
  void an_issuer_that_is_accepted_is_returned_as_it_came(byte[] input) {
    String text = new String(input, UTF_8);
    URI issuer;
    try {
      issuer = HttpsUri.requireIssuer(text);
    } catch (OAuthException e) {
      assertThat(e.code()).isEqualTo(ErrorCode.INVALID_REQUEST);
      return;
    }
    assertThat(issuer).hasToString(text);
    assertThat(HttpsUri.isHttpsOrLoopback(issuer)).isTrue();
    onSameOrigin(issuer, WellKnown.authorizationServer(issuer));
  }

  private static void onSameOrigin(URI uri, List<URI> places) {
    assertThat(places).isNotEmpty().doesNotHaveDuplicates();
    for (URI place : places) {
      assertThat(HttpsUri.origin(place)).isEqualTo(HttpsUri.origin(uri));
      assertThat(place.getHost()).isEqualToIgnoringCase(uri.getHost());
      assertThat(place.getRawPath()).contains("/.well-known/");
    }
  }
}

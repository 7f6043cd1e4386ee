package dev.latchstring.examples.voice.telephone;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The examples of Twilio's documentation and of the tests of its libraries. */
class RequestSignatureTest {
  private static final RequestSignature SIGNATURE = new RequestSignature("12345");
  private static final URI ADDRESS = URI.create("https://mycompany.com/myapp.php?foo=1&bar=2");
  private static final Map<String, List<String>> PARAMETERS =
      Map.of(
          "CallSid", List.of("CA1234567890ABCDE"),
          "Caller", List.of("+14158675309"),
          "Digits", List.of("1234"),
          "From", List.of("+14158675309"),
          "To", List.of("+18005551212"));

  @Test
  void the_documented_example_is_good() {
    assertThat(SIGNATURE.isGood(ADDRESS, PARAMETERS, "RSOYDt4T1cUTdK1PDd93/VVr8B8=")).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "https://MyCompany.com/myapp.php?foo=1&bar=2, g9IN/x4Cft2g517EjYvEvM/W7LU=",
    "https://MyCompany.com:1234/myapp.php?foo=1&bar=2, PCqOZm8cnu/L6+u5i5fuEd+Iac4="
  })
  void an_address_is_signed_as_it_is_written(String address, String signature) {
    assertThat(SIGNATURE.isGood(URI.create(address), PARAMETERS, signature)).isTrue();
  }

  @Test
  void a_repeated_parameter_counts_each_value_once_in_order() {
    Map<String, List<String>> repeated =
        Map.of(
            "Sid", List.of("CA123"),
            "SidAccount", List.of("AC123"),
            "Digits", List.of("5678", "1234", "1234"));

    assertThat(SIGNATURE.isGood(ADDRESS, repeated, "IK+Dwps556ElfBT0I3Rgjkr1wJU=")).isTrue();
  }

  @Test
  void a_port_may_be_left_out_or_written_out() {
    String withPort =
        new String(
            SIGNATURE.expected("https://mycompany.com:443/myapp.php?foo=1&bar=2", PARAMETERS),
            US_ASCII);

    assertThat(SIGNATURE.isGood(ADDRESS, PARAMETERS, withPort)).isTrue();
    assertThat(
            SIGNATURE.isGood(
                URI.create("https://mycompany.com:8443/myapp.php?foo=1&bar=2"),
                PARAMETERS,
                "RSOYDt4T1cUTdK1PDd93/VVr8B8="))
        .isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "RSOYDt4T1cUTdK1PDd93/VVr8B9=",
    "RSOYDt4T1cUTdK1PDd93/VVr8B8",
    "rsoydt4t1cutdk1pdd93/vvr8b8=",
    "''",
    ","
  })
  void another_signature_is_not(String signature) {
    assertThat(SIGNATURE.isGood(ADDRESS, PARAMETERS, signature)).isFalse();
  }

  @Test
  void what_was_changed_on_the_way_is_not() {
    Map<String, List<String>> changed = new HashMap<>(PARAMETERS);
    changed.put("Digits", List.of("1235"));
    String signature = "RSOYDt4T1cUTdK1PDd93/VVr8B8=";

    assertThat(SIGNATURE.isGood(ADDRESS, changed, signature)).isFalse();
    assertThat(SIGNATURE.isGood(URI.create(ADDRESS + "&x=1"), PARAMETERS, signature)).isFalse();
    assertThat(new RequestSignature("12346").isGood(ADDRESS, PARAMETERS, signature)).isFalse();
  }
}

package dev.latchstring.client.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.latchstring.client.ClientException;
import dev.latchstring.client.Discovered;
import dev.latchstring.client.Problem;
import dev.latchstring.client.flow.Surroundings.Browser;
import dev.latchstring.client.login.ChallengeFlow;
import dev.latchstring.client.login.CodeFlow;
import dev.latchstring.client.login.DeviceFlow;
import dev.latchstring.client.login.Login;
import dev.latchstring.client.login.LoginContext;
import dev.latchstring.client.registration.ClientIdentity;
import dev.latchstring.oauth.Json;
import dev.latchstring.oauth.Scope;
import dev.latchstring.oauth.dpop.DpopProofs;
import dev.latchstring.oauth.metadata.AuthorizationServerMetadata;
import java.net.URI;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NegotiationTest {
  private static final List<Flow> FLOWS =
      List.of(new CodeFlow(), new DeviceFlow(), new ChallengeFlow());

  private static Surroundings place(String name) {
    return switch (name) {
      case "desktop" ->
          new Surroundings(true, Browser.HERE, List.of("open"), true, List.of("a display"));
      case "ssh" -> new Surroundings(true, Browser.ELSEWHERE, List.of(), true, List.of("SSH"));
      case "host" -> Surroundings.UNKNOWN;
      case "ci" -> new Surroundings(false, Browser.NONE, List.of(), false, List.of("CI is set"));
      default -> throw new IllegalArgumentException(name);
    };
  }

  private static Discovered server(String offers) {
    Map<String, Object> metadata = new LinkedHashMap<>();
    metadata.put("issuer", "https://auth.example");
    metadata.put("token_endpoint", "https://auth.example/token");
    for (String offer : offers.split(" ")) {
      switch (offer) {
        case "code" -> {
          metadata.put("authorization_endpoint", "https://auth.example/authorize");
          metadata.put("code_challenge_methods_supported", List.of("S256"));
        }
        case "device" ->
            metadata.put("device_authorization_endpoint", "https://auth.example/device");
        case "challenge" ->
            metadata.put("authorization_challenge_endpoint", "https://auth.example/challenge");
        default -> throw new IllegalArgumentException(offer);
      }
    }
    return discovered(metadata);
  }

  private static Discovered discovered(Map<String, Object> metadata) {
    URI server = URI.create("https://mcp.example/mcp");
    return new Discovered(
        server,
        server,
        "https://auth.example",
        Json.read(Json.bytes(metadata), AuthorizationServerMetadata.class),
        null,
        Scope.NONE);
  }

  private static ClientIdentity client(String kind) {
    return switch (kind) {
      case "none" -> null;
      case "configured" -> ClientIdentity.publicClient("mine");
      case "enrolled" -> ClientIdentity.installation("mine", DpopProofs.newKey(new SecureRandom()));
      default -> throw new IllegalArgumentException(kind);
    };
  }

  @ParameterizedTest(name = "{0} with {1} client at a server of {2}, wishing {3}: {4}")
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      textBlock =
          """
          desktop | none       | code device challenge | -         | code
          desktop | none       | device challenge      | -         | device
          desktop | enrolled   | code device challenge | -         | code
          desktop | none       | code device           | device    | device
          desktop | configured | code device challenge | challenge | challenge
          desktop | none       | device                | code      | -
          ssh     | none       | code device           | -         | device
          ssh     | none       | code                  | -         | code
          ssh     | configured | code challenge        | -         | code
          ssh     | enrolled   | code challenge        | -         | challenge
          ssh     | configured | challenge             | -         | challenge
          ssh     | none       | challenge             | -         | -
          ssh     | none       | code device           | code      | code
          host    | none       | code device           | -         | device
          host    | none       | code                  | -         | -
          host    | none       | code                  | code      | code
          ci      | none       | code device           | -         | device
          ci      | none       | code                  | -         | -
          """)
  void the_flow_that_fits(
      String place, String client, String offers, String wish, String expected) {
    Situation situation =
        new Situation(
            server(offers),
            place(place),
            wish == null ? null : FlowName.of(wish).orElseThrow(),
            client(client),
            true);

    Negotiation negotiation = Negotiation.of(FLOWS, situation);

    Flow choice = negotiation.choice();
    assertThat(choice == null ? null : choice.name().text()).isEqualTo(expected);
    assertThat(negotiation.considered()).hasSize(FLOWS.size());
    assertThat(negotiation.considered())
        .allSatisfy(each -> {
          assertThat(each.verdict()).isNotBlank().doesNotEndWith(".");
          assertThat(each.chosen()).isEqualTo(each.flow().text().equals(expected));
        });
  }

  @Test
  void where_nothing_is_possible_every_reason_is_told() {
    Situation situation = new Situation(server("code"), place("host"), null, null, false);
    ClientException e =
        catchThrowableOfType(
            ClientException.class, () -> Negotiation.of(FLOWS, situation).require());
    assertThat(e.problem()).isEqualTo(Problem.NO_USABLE_LOGIN);
    assertThat(e.description())
        .contains("code: no browser can be opened here")
        .contains("device: the authorization server offers no login by device code")
        .contains("challenge: ");
    assertThat(e.hint()).isNotBlank();
  }

  @ParameterizedTest
  @CsvSource({
    "challenge,        latch login --flow challenge https://mcp.example/mcp",
    "code,             log in from a terminal with latch login",
    "device challenge, ''"
  })
  void the_hint_is_about_what_is_lacking_here(String offers, String hint) {
    Situation situation = new Situation(server(offers), place("host"), null, null, false);
    Negotiation negotiation = Negotiation.of(FLOWS, situation);
    if (hint.isEmpty()) {
      assertThat(negotiation.require().name()).isEqualTo(FlowName.DEVICE);
    } else {
      assertThat(catchThrowableOfType(ClientException.class, negotiation::require).hint())
          .contains(hint);
    }
  }

  @Test
  void a_wish_that_cannot_be_fulfilled_is_refused_and_nothing_else_is_taken() {
    Situation situation =
        new Situation(server("code"), place("desktop"), FlowName.DEVICE, null, false);
    ClientException e =
        catchThrowableOfType(
            ClientException.class, () -> Negotiation.of(FLOWS, situation).require());
    assertThat(e).hasMessageContaining("device is not possible").hasMessageContaining("RFC 8628");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "plain", "plain S512"})
  void without_s256_in_the_metadata_no_code_is_asked_for(String methods) {
    Map<String, Object> metadata = new LinkedHashMap<>();
    metadata.put("issuer", "https://auth.example");
    metadata.put("token_endpoint", "https://auth.example/token");
    metadata.put("authorization_endpoint", "https://auth.example/authorize");
    if (!methods.isEmpty()) {
      metadata.put("code_challenge_methods_supported", List.of(methods.split(" ")));
    }
    Situation situation =
        new Situation(discovered(metadata), place("desktop"), FlowName.CODE, null, false);
    assertThat(new CodeFlow().assess(situation))
        .isInstanceOfSatisfying(
            Assessment.Unusable.class,
            unusable -> assertThat(unusable.reason()).contains("S256").contains("MCP"));
  }

  @Test
  void a_machines_own_flow_is_taken_where_nobody_watches() {
    List<Flow> flows = new ArrayList<>(FLOWS);
    flows.add(new Own());
    assertThat(chosen(flows, "ci")).isEqualTo(FlowName.WORKLOAD_IDENTITY);
    assertThat(chosen(flows, "desktop")).isEqualTo(FlowName.CODE);
    assertThat(chosen(flows, "ssh")).isEqualTo(FlowName.DEVICE);
  }

  private static FlowName chosen(List<Flow> flows, String place) {
    return Negotiation.of(
            flows, new Situation(server("code device"), place(place), null, null, true))
        .require()
        .name();
  }

  @Test
  void every_flow_has_a_name_of_its_own() {
    assertThat(Stream.of(FlowName.values()).map(FlowName::text)).doesNotHaveDuplicates();
    assertThat(FlowName.of("CODE")).isEmpty();
    assertThat(FlowName.known()).contains("code, device, challenge").contains("id_jag");
  }

  private static final class Own implements Flow {
    @Override
    public FlowName name() {
      return FlowName.WORKLOAD_IDENTITY;
    }

    @Override
    public Assessment assess(Situation situation) {
      return Assessment.suited("a token file is configured");
    }

    @Override
    public Login login(LoginContext context) {
      throw new IllegalStateException("not run here");
    }
  }
}

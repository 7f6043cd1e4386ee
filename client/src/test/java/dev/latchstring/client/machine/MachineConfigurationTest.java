package dev.latchstring.client.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.latchstring.client.ClientException;
import dev.latchstring.client.Problem;
import dev.latchstring.client.flow.Flow;
import dev.latchstring.client.flow.FlowName;
import dev.latchstring.client.registration.ClientIdentity;
import dev.latchstring.client.settings.ServerSettings;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Which of the configured credentials is taken. */
class MachineConfigurationTest {
  private static final URI SERVER = URI.create("https://mcp.example.com/mcp");
  private static final ClientIdentity CLIENT = ClientIdentity.confidential("ci-job", "s3cret");

  private static MachineConfiguration configured(String... variables) {
    Map<String, String> environment = new LinkedHashMap<>();
    for (String variable : variables) {
      String[] parts = variable.split("=", 2);
      environment.put(parts[0], parts[1]);
    }
    return MachineConfiguration.of(environment, Clock.systemUTC(), new SecureRandom());
  }

  private static ServerSettings pinned(String... pins) {
    return ServerSettings.ofOptions(List.of(pins), null);
  }

  private static FlowName flow(String... variables) {
    return configured(variables)
        .grant(SERVER, ServerSettings.NONE, CLIENT)
        .map(MachineGrant::name)
        .orElse(null);
  }

  private static String described(MachineConfiguration configuration, ServerSettings pinned) {
    return configuration.grant(SERVER, pinned, null).orElseThrow().describe();
  }

  private static ClientException failure(MachineConfiguration configuration, String... pins) {
    ClientException e =
        catchThrowableOfType(
            ClientException.class, () -> configuration.grant(SERVER, pinned(pins), CLIENT));
    assertThat(e).isNotNull();
    assertThat(e.problem()).isEqualTo(Problem.BAD_SETTINGS);
    return e;
  }

  @Test
  void the_most_particular_credentials_are_taken() {
    assertThat(flow()).isEqualTo(FlowName.CLIENT_CREDENTIALS);
    assertThat(flow("LATCH_ASSERTION=x")).isEqualTo(FlowName.WORKLOAD_IDENTITY);
    assertThat(flow("LATCH_ASSERTION=x", "LATCH_SUBJECT_TOKEN=y"))
        .isEqualTo(FlowName.TOKEN_EXCHANGE);
    assertThat(
            flow(
                "LATCH_SUBJECT_TOKEN=y",
                "LATCH_IDP_ISSUER=https://idp.example.com",
                "LATCH_IDP_CLIENT_ID=wiki"))
        .isEqualTo(FlowName.ID_JAG);
    assertThat(configured().grant(SERVER, ServerSettings.NONE, null)).isEmpty();
    assertThat(
            configured().grant(SERVER, ServerSettings.NONE, ClientIdentity.publicClient("phone")))
        .isEmpty();
  }

  @Test
  void a_named_flow_is_taken_or_nothing() {
    assertThat(flow("LATCH_ASSERTION=x", "LATCH_FLOW=jwt_bearer")).isEqualTo(FlowName.JWT_BEARER);
    assertThat(flow("LATCH_ASSERTION=x", "LATCH_FLOW=client_credentials"))
        .isEqualTo(FlowName.CLIENT_CREDENTIALS);
    assertThat(flow("LATCH_FLOW=device")).isNull();
    ClientException none = failure(configured("LATCH_FLOW=token_exchange"));
    assertThat(none.hint()).contains("LATCH_SUBJECT_TOKEN_FILE");
    assertThat(failure(configured("LATCH_FLOW=magic")).hint()).contains("workload_identity");
  }

  @Test
  void an_actor_acts_for_somebody() {
    assertThat(failure(configured("LATCH_ACTOR_TOKEN=x")))
        .hasMessageContaining("none of whom it acts for");
    assertThat(flow("LATCH_ACTOR_TOKEN=x", "LATCH_SUBJECT_TOKEN=y"))
        .isEqualTo(FlowName.TOKEN_EXCHANGE);
  }

  @Test
  void a_job_of_github_needs_no_more_than_the_flows_name() {
    String[] job = {
      "ACTIONS_ID_TOKEN_REQUEST_URL=https://github.example.com/id",
      "ACTIONS_ID_TOKEN_REQUEST_TOKEN=x",
      "LATCH_FLOW=workload_identity"
    };
    assertThat(described(configured(job), ServerSettings.NONE)).contains("GitHub");
    assertThat(flow(job[0], job[1])).as("not by itself").isEqualTo(FlowName.CLIENT_CREDENTIALS);
  }

  @Test
  void what_is_pinned_for_the_server_stands_above_the_environment_as_a_whole() {
    MachineConfiguration configuration = configured("LATCH_ASSERTION=x", "PLATFORM=y");
    assertThat(described(configuration, pinned("assertion_file=/run/token")))
        .contains("/run/token");
    assertThat(described(configuration, pinned("assertion_env=PLATFORM"))).contains("PLATFORM");
    assertThat(described(configuration, ServerSettings.NONE)).contains("LATCH_ASSERTION");
    assertThat(failure(configuration, "assertion_env=MISSING")).hasMessageContaining("MISSING");
  }

  @Test
  void two_of_a_kind_are_one_too_many() {
    assertThat(failure(configured("LATCH_ASSERTION=x", "LATCH_ASSERTION_FILE=/run/token")))
        .hasMessageContaining("the file /run/token")
        .hasMessageContaining("the variable LATCH_ASSERTION");
  }

  @Test
  void a_command_is_words_or_a_list_and_never_a_shells() {
    assertThat(described(configured("LATCH_ASSERTION_COMMAND=vault read -field=token jwt"), none()))
        .isEqualTo("the output of vault");
    assertThat(described(configured("LATCH_ASSERTION_COMMAND=[\"my vault\",\"a;b\"]"), none()))
        .isEqualTo("the output of my vault");
    for (String shell :
        new String[] {
          "vault read | head -1", "echo $TOKEN", "cat 'a b'", "a; b", "a && b", "echo \"x\""
        }) {
      assertThat(failure(configured("LATCH_ASSERTION_COMMAND=" + shell)).hint())
          .as(shell)
          .contains("JSON list");
    }
    for (String list : new String[] {"[]", "[1]", "[\"a\"", "[\"\"]"}) {
      assertThat(failure(configured("LATCH_ASSERTION_COMMAND=" + list))).as(list).isNotNull();
    }
  }

  private static ServerSettings none() {
    return ServerSettings.NONE;
  }

  @Test
  void an_identity_provider_without_a_client_and_a_type_that_is_none_are_told() {
    assertThat(
            failure(configured("LATCH_IDP_ISSUER=https://idp.example.com", "LATCH_SUBJECT_TOKEN=x"))
                .hint())
        .contains("LATCH_IDP_CLIENT_ID");
    assertThat(failure(configured("LATCH_SUBJECT_TOKEN=x", "LATCH_SUBJECT_TOKEN_TYPE=cookie")))
        .hasMessageContaining("cookie");
  }

  @Test
  void the_environments_issuer_is_where_credentials_may_go() {
    MachineConfiguration configuration = configured("LATCH_CLIENT_ISSUER=https://a.example.com");
    assertThat(configuration.pinnedIssuer(none())).isEqualTo("https://a.example.com");
    assertThat(configuration.pinnedIssuer(pinned("issuer=https://b.example.com")))
        .isEqualTo("https://b.example.com");
    assertThat(configured().pinnedIssuer(none())).isNull();
  }

  @Test
  void a_persons_login_goes_before_the_clients_own_credentials_unless_they_are_named() {
    MachineConfiguration open = configured();
    assertThat(open.yieldsToPerson(none(), new ClientCredentials())).isTrue();
    MachineConfiguration named = configured("LATCH_FLOW=client_credentials");
    assertThat(named.yieldsToPerson(none(), new ClientCredentials())).isFalse();
    assertThat(open.yieldsToPerson(none(), new WorkloadIdentity(new GivenOrigin("x", "y"))))
        .isFalse();
  }

  private static Flow listed(MachineConfiguration configuration, FlowName name, FlowName wish) {
    return configuration.flows(SERVER, none(), wish).stream()
        .filter(flow -> flow.name() == name)
        .findFirst()
        .orElseThrow();
  }

  private static MachineFlow machine(FlowName name, FlowName wish, String... variables) {
    return (MachineFlow) listed(configured(variables), name, wish);
  }

  @Test
  void a_flow_that_is_named_for_one_login_is_configured_as_the_variable_would_have_it() {
    String[] assertion = {"LATCH_ASSERTION=x"};
    MachineFlow bearer = machine(FlowName.JWT_BEARER, FlowName.JWT_BEARER, assertion);
    assertThat(bearer.grant()).isNotNull();
    assertThat(machine(FlowName.JWT_BEARER, null, assertion).grant()).isNull();
    assertThat(machine(FlowName.JWT_BEARER, null, assertion).hint()).contains("--flow jwt_bearer");

    String[] job = {
      "GITHUB_ACTIONS=true",
      "ACTIONS_ID_TOKEN_REQUEST_URL=https://github.example.com/id",
      "ACTIONS_ID_TOKEN_REQUEST_TOKEN=x"
    };
    MachineFlow workload = machine(FlowName.WORKLOAD_IDENTITY, FlowName.WORKLOAD_IDENTITY, job);
    assertThat(workload.grant()).isNotNull();
    assertThat(machine(FlowName.WORKLOAD_IDENTITY, null, job).hint())
        .contains("--flow workload_identity");
  }

  @Test
  void a_job_of_github_without_the_permission_is_told_which() {
    ClientException e = failure(configured("GITHUB_ACTIONS=true", "LATCH_FLOW=workload_identity"));
    assertThat(e.hint()).contains("id-token: write");
  }

  @Test
  void where_the_given_token_is_named_nothing_else_is_taken_in_its_place() {
    ClientException e = failure(configured("LATCH_FLOW=environment", "LATCH_ASSERTION=x"));
    assertThat(e.hint()).contains("LATCH_TOKEN");
    assertThat(
            flow(
                "LATCH_FLOW=environment",
                "LATCH_ASSERTION=x",
                "LATCH_TOKEN=t",
                "LATCH_TOKEN_SERVER=https://other.example.com/mcp"))
        .as("it is another server's")
        .isNull();
  }

  @Test
  void a_mistake_is_named_by_where_it_was_made() {
    assertThat(failure(configured("LATCH_FLOW=magic"))).hasMessageContaining("LATCH_FLOW");
    assertThat(failure(configured("LATCH_ASSERTION_COMMAND=a | b")))
        .hasMessageContaining("LATCH_ASSERTION_COMMAND");
    assertThat(failure(configured(), "assertion_command=a | b"))
        .hasMessageStartingWith("assertion_command");
  }
}

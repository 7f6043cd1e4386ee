package dev.latchstring.mcpserver.tools;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchstring.oauth.OAuthException;
import dev.latchstring.oauth.Scope;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ToolAuthorizerTest {
  private static final Instant NOW = Instant.parse("2026-11-21T10:00:00Z");

  private static Caller caller(String scope, String... teams) {
    return new Caller(
        "alice",
        "https://login.example",
        "app",
        Scope.parse(scope),
        new LinkedHashSet<>(Arrays.asList(teams)),
        null,
        null,
        List.of(),
        NOW.plusSeconds(600),
        null);
  }

  private static ToolAuthorizer of(Requirement requirement) {
    return ToolAuthorizer.builder(requirement).clock(() -> NOW).build();
  }

  @Test
  void nobody_means_nobody() {
    assertThat(of(Requirement.nobody()).call(caller("a b c"), "x"))
        .isInstanceOf(Decision.Refused.class);
  }

  @Test
  void any_caller_means_any_with_a_token() {
    assertThat(of(Requirement.anyCaller()).call(caller(""), "x"))
        .isInstanceOf(Decision.Allowed.class);
  }

  @Test
  void a_hierarchy_is_followed_to_its_end_and_may_run_in_circles() {
    ToolAuthorizer tools =
        ToolAuthorizer.builder(Requirement.scopes("c"))
            .implies("a", "b")
            .implies("b", "c")
            .implies("c", "a")
            .build();

    assertThat(tools.call(caller("a"), "x")).isInstanceOf(Decision.Allowed.class);
    assertThat(tools.call(caller("b"), "x")).isInstanceOf(Decision.Allowed.class);
    assertThat(tools.call(caller("d"), "x"))
        .isEqualTo(new Decision.InsufficientScope(Scope.of("c"), Scope.of("c")));
  }

  @Test
  void what_is_missing_is_told_apart_from_what_is_required() {
    assertThat(of(Requirement.scopes("a", "b", "c")).call(caller("b"), "x"))
        .isEqualTo(new Decision.InsufficientScope(Scope.of("a", "b", "c"), Scope.of("a", "c")));
  }

  @Test
  void a_wrong_team_outweighs_a_missing_scope_for_more_scope_would_not_help() {
    ToolAuthorizer tools = of(Requirement.scopes("a").teams("t"));

    assertThat(tools.call(caller("", "u"), "x")).isInstanceOf(Decision.Refused.class);
    assertThat(tools.call(caller("", "t"), "x")).isInstanceOf(Decision.InsufficientScope.class);
  }

  @Test
  void without_a_time_of_login_a_maximum_age_is_not_met() {
    ToolAuthorizer tools = of(Requirement.anyCaller().maxAge(Duration.ofHours(1)));

    assertThat(tools.call(caller(""), "x")).isInstanceOf(Decision.InsufficientAuthentication.class);
    assertThat(tools.isListed(caller(""), "x")).as("but it is listed").isTrue();
  }

  @Test
  void a_reachable_listing_shows_what_more_scope_would_open_and_no_more() {
    ToolAuthorizer tools =
        ToolAuthorizer.builder(Requirement.nobody())
            .tool("open", Requirement.scopes("a"))
            .tool("more", Requirement.scopes("b"))
            .tool("team", Requirement.scopes("a").teams("t"))
            .listing(ToolAuthorizer.Listing.REACHABLE)
            .build();

    assertThat(List.of("open", "more", "team", "undeclared"))
        .filteredOn(tool -> tools.isListed(caller("a"), tool))
        .containsExactly("open", "more");
  }

  @Test
  void several_decisions_ask_for_everything_at_once() {
    Decision scope = new Decision.InsufficientScope(Scope.of("a"), Scope.of("a"));
    Decision other = new Decision.InsufficientScope(Scope.of("b"), Scope.of("b"));
    Decision login =
        new Decision.InsufficientAuthentication(
            List.of("x", "y"), Duration.ofMinutes(5), Scope.NONE);
    Decision stronger = new Decision.InsufficientAuthentication(List.of("y"), null, Scope.of("c"));
    Decision elsewhere = new Decision.InsufficientAuthentication(List.of("z"), null, Scope.NONE);
    Decision never = new Decision.Refused("no");
    Decision yes = new Decision.Allowed();

    assertThat(yes.and(yes)).isEqualTo(yes);
    assertThat(yes.and(scope)).isEqualTo(scope);
    assertThat(scope.and(other))
        .isEqualTo(new Decision.InsufficientScope(Scope.of("a", "b"), Scope.of("a", "b")));
    assertThat(scope.and(login))
        .isEqualTo(
            new Decision.InsufficientAuthentication(
                List.of("x", "y"), Duration.ofMinutes(5), Scope.of("a")));
    assertThat(login.and(stronger))
        .isEqualTo(
            new Decision.InsufficientAuthentication(
                List.of("y"), Duration.ofMinutes(5), Scope.of("c")));
    assertThat(login.and(elsewhere)).isInstanceOf(Decision.Refused.class);
    assertThat(login.and(never)).isEqualTo(never);
    assertThat(never.and(scope)).isEqualTo(never);
  }

  @Test
  void what_is_published_names_only_what_is_asked_for() {
    assertThat(Requirement.anyCaller().published()).isEmpty();
    assertThat(
            Requirement.scopes("a", "b")
                .teams("t")
                .acr("urn:x")
                .maxAge(Duration.ofMinutes(5))
                .published())
        .isEqualTo(
            Map.of(
                "scopes", List.of("a", "b"),
                "teams", List.of("t"),
                "acr_values", List.of("urn:x"),
                "max_age", 300L));
  }

  @Test
  void a_declaration_that_cannot_be_meant_is_refused_when_it_is_made() {
    assertThatThrownBy(() -> Requirement.scopes("a b")).isInstanceOf(OAuthException.class);
    assertThatThrownBy(() -> Requirement.anyCaller().teams("t").teams("u"))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> Requirement.anyCaller().teams(" "))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Requirement.anyCaller().maxAge(Duration.ofMillis(1500)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() ->
            ToolAuthorizer.builder(Requirement.nobody())
                .tool("x", Requirement.anyCaller())
                .tool("x", Requirement.nobody()))
        .isInstanceOf(IllegalArgumentException.class);
  }
}

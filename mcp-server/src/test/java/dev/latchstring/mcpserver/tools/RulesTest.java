package dev.latchstring.mcpserver.tools;

import static dev.latchstring.mcpserver.fixture.People.NOW;
import static dev.latchstring.mcpserver.fixture.People.alice;
import static dev.latchstring.mcpserver.fixture.People.caller;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchstring.oauth.Scope;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class RulesTest {
  private static RulesSource fixed(Rules rules) {
    return new RulesSource() {
      @Override
      public Rules current() {
        return rules;
      }

      @Override
      public void accepting(Consumer<Rules> condition) {
        condition.accept(rules);
      }
    };
  }

  private static Rules.Builder rules(Requirement byDefault) {
    return Rules.builder(byDefault, "file: default");
  }

  @Test
  void a_name_outweighs_a_prefix_and_a_longer_prefix_a_shorter_one_in_whatever_order() {
    Rules rules =
        rules(Requirement.nobody())
            .prefix("git_", Requirement.scopes("read"), "git_*")
            .tool("git_push", Requirement.scopes("push"), "git_push")
            .prefix("git_tag_", Requirement.scopes("tag"), "git_tag_*")
            .prefix("g", Requirement.scopes("g"), "g*")
            .build();

    assertThat(rules.requirement("git_push")).isEqualTo(Requirement.scopes("push"));
    assertThat(rules.requirement("git_push_force")).isEqualTo(Requirement.scopes("read"));
    assertThat(rules.requirement("git_tag_delete")).isEqualTo(Requirement.scopes("tag"));
    assertThat(rules.requirement("grep")).isEqualTo(Requirement.scopes("g"));
    assertThat(rules.requirement("ls")).isEqualTo(Requirement.nobody());
  }

  @Test
  void code_and_file_must_both_allow_and_everything_both_ask_for_is_named_at_once() {
    ToolAuthorizer tools =
        ToolAuthorizer.builder(Requirement.scopes("read"))
            .tool("push", Requirement.scopes("write").teams("a", "b").maxAge(Duration.ofHours(1)))
            .implies("admin", "write")
            .rules(
                fixed(
                    rules(Requirement.anyCaller())
                        .tool(
                            "push",
                            Requirement.scopes("push")
                                .teams("b", "c")
                                .acr("mfa")
                                .maxAge(Duration.ofMinutes(10)),
                            "file: push")
                        .build()))
            .clock(() -> NOW)
            .build();

    assertThat(tools.call(alice("write push", "b"), "push"))
        .isEqualTo(
            new Decision.InsufficientAuthentication(
                List.of("mfa"), Duration.ofMinutes(10), Scope.NONE));
    assertThat(tools.call(alice("push", "a", "c"), "push"))
        .as("everything, and the scopes that are there already with those that are not")
        .isEqualTo(
            new Decision.InsufficientAuthentication(
                List.of("mfa"), Duration.ofMinutes(10), Scope.of("write", "push")));
    assertThat(tools.call(alice("write push", "a"), "push")).isInstanceOf(Decision.Refused.class);
    assertThat(tools.call(caller("alice", "admin push", "mfa", NOW.minusSeconds(60), "b"), "push"))
        .isEqualTo(new Decision.Allowed());
    assertThat(tools.call(caller("alice", "admin", "mfa", NOW.minusSeconds(60), "b"), "push"))
        .as("what implies what in the code implies nothing in the file")
        .isEqualTo(new Decision.InsufficientScope(Scope.of("write", "push"), Scope.of("push")));
    assertThat(tools.requirement("push").published())
        .isEqualTo(
            Map.of(
                "scopes", List.of("write", "push"),
                "teams", List.of("a", "b"),
                "acr_values", List.of("mfa"),
                "max_age", 600L,
                "and", List.of(Map.of("teams", List.of("b", "c")))));
  }

  @Test
  void rules_that_nobody_could_keep_are_refused_when_the_server_starts() {
    assertThatThrownBy(() ->
            ToolAuthorizer.builder(Requirement.anyCaller())
                .tool("push", Requirement.anyCaller().acr("a"))
                .rules(
                    fixed(
                        rules(Requirement.anyCaller())
                            .prefix("pu", Requirement.anyCaller().acr("b"), "policy: pu* (line 3)")
                            .build()))
                .build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("tool push")
        .hasMessageContaining("policy: pu* (line 3)")
        .hasMessageContaining("[a]");
    assertThat(Requirement.anyCaller().acr("a").and(Requirement.anyCaller().acr("b")).closed())
        .isTrue();
  }

  @Test
  void what_is_closed_by_either_is_closed() {
    ToolAuthorizer tools =
        ToolAuthorizer.builder(Requirement.anyCaller())
            .tool("code", Requirement.nobody())
            .rules(
                fixed(
                    rules(Requirement.anyCaller())
                        .tool("file", Requirement.nobody(), "file: file")
                        .build()))
            .build();

    assertThat(tools.call(alice(""), "code")).isInstanceOf(Decision.Refused.class);
    assertThat(tools.call(alice(""), "file")).isInstanceOf(Decision.Refused.class);
    assertThat(tools.call(alice(""), "other")).isEqualTo(new Decision.Allowed());
    assertThat(tools.requirement("file").published()).isEqualTo(Map.of("closed", true));
  }

  @Test
  void a_tool_that_names_a_provider_wants_the_login_of_that_one() {
    ToolAuthorizer tools =
        ToolAuthorizer.builder(Requirement.scopes("repo").provider("github"))
            .tool("jira_issue", Requirement.scopes("issues").provider("jira"))
            .build();
    Caller github = alice("repo issues").of("github");

    assertThat(tools.call(github, "git_log")).isEqualTo(new Decision.Allowed());
    assertThat(tools.call(github, "jira_issue"))
        .isEqualTo(new Decision.LoginNeeded("jira", Scope.of("issues"), List.of(), null));
    assertThat(tools.call(null, "git_log"))
        .isEqualTo(new Decision.LoginNeeded("github", Scope.of("repo"), List.of(), null));
    assertThat(tools.isListed(github, "jira_issue")).isFalse();
    assertThat(tools.requirement("jira_issue").published()).containsEntry("provider", "jira");
    assertThat(AuthError.of(tools.call(github, "jira_issue")).data())
        .isEqualTo(
            Map.of(
                "dev.latchstring/auth",
                Map.of("status", 401, "scope", "issues", "provider", "jira")));
  }
}

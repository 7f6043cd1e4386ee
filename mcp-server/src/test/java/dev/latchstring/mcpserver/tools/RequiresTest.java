package dev.latchstring.mcpserver.tools;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RequiresTest {
  @Requires(teams = "platform")
  private static final class GitTools {
    @Requires(tool = "git_push", scopes = "repo:write", acr = "mfa", maxAge = 600)
    void push() {}

    @Requires(scopes = {"repo:read", "repo:list"})
    void git_log() {}

    @Requires(tool = "git_gc", nobody = true)
    void collect() {}

    void notATool() {}
  }

  @Requires(tool = "jira_issue", provider = "jira", scopes = "issues")
  private static final class JiraIssue {}

  @Requires(tool = "ping", anyCaller = true)
  private static final class Ping {}

  private static final class SaysNothing {
    @Requires
    void push() {}
  }

  private static final class SaysTooMuch {
    @Requires(nobody = true, scopes = "a")
    void push() {}
  }

  private static final class SaysBoth {
    @Requires(nobody = true, anyCaller = true)
    void push() {}
  }

  @Requires(acr = "one")
  private static final class Contradicts {
    @Requires(acr = "two")
    void push() {}
  }

  private static final class Twice {
    @Requires(tool = "push", scopes = "a")
    void one() {}

    @Requires(tool = "push", scopes = "b")
    void two() {}
  }

  private static final class BadScope {
    @Requires(scopes = "a b")
    void push() {}
  }

  private static final class BadAge {
    @Requires(maxAge = -5)
    void push() {}
  }

  private static final class NothingThere {
    void push() {}
  }

  @Test
  void methods_and_classes_declare_tools() {
    ToolAuthorizer tools =
        ToolAuthorizer.builder(Requirement.nobody())
            .annotated(GitTools.class, JiraIssue.class, Ping.class)
            .build();

    assertThat(tools.declaredTools())
        .containsExactly("git_gc", "git_log", "git_push", "jira_issue", "ping");
    assertThat(tools.requirement("git_push"))
        .isEqualTo(
            Requirement.scopes("repo:write")
                .teams("platform")
                .acr("mfa")
                .maxAge(Duration.ofMinutes(10)));
    assertThat(tools.requirement("git_log"))
        .isEqualTo(Requirement.scopes("repo:read", "repo:list").teams("platform"));
    assertThat(tools.requirement("git_gc").closed()).isTrue();
    assertThat(tools.requirement("jira_issue"))
        .isEqualTo(Requirement.scopes("issues").provider("jira"));
    assertThat(tools.requirement("ping")).isEqualTo(Requirement.anyCaller());
    assertThat(tools.requirement("notATool")).isEqualTo(Requirement.nobody());
  }

  @ParameterizedTest
  @ValueSource(
      classes = {
        SaysNothing.class,
        SaysTooMuch.class,
        SaysBoth.class,
        Contradicts.class,
        Twice.class,
        BadScope.class,
        BadAge.class,
        NothingThere.class
      })
  void what_cannot_be_meant_stops_the_start_and_says_where(Class<?> type) {
    assertThatThrownBy(() -> ToolAuthorizer.builder(Requirement.nobody()).annotated(type))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(type.getName());
  }

  @Test
  void a_tool_is_declared_in_one_place() {
    assertThatThrownBy(() ->
            ToolAuthorizer.builder(Requirement.nobody())
                .tool("ping", Requirement.anyCaller())
                .annotated(Ping.class))
        .hasMessageContaining("declared twice");
  }
}

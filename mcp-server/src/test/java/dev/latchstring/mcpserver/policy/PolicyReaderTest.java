package dev.latchstring.mcpserver.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchstring.mcpserver.fixture.People;
import dev.latchstring.mcpserver.tools.Decision;
import dev.latchstring.mcpserver.tools.Requirement;
import dev.latchstring.mcpserver.tools.Rules;
import dev.latchstring.mcpserver.tools.RulesSource;
import dev.latchstring.mcpserver.tools.ToolAuthorizer;
import java.time.Duration;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PolicyReaderTest {
  private static Rules read(String text) {
    return PolicyReader.read("policy.yaml", text);
  }

  @Test
  void a_file_says_what_a_declaration_in_code_would() {
    Rules rules =
        read(
            """
            # Who may use the tools of the platform team.
            default: { scopes: [repo:read] }
            scopes:
              repo:admin: [repo:write]
              repo:write: repo:read
            tools:
              git_push:
                scopes: [repo:write]
                teams: [platform, release]
                acr: ["urn:example:mfa", "urn:example:otp"]
                max_age: 10m
                provider: github
              git_*: { scopes: repo:read }
              drop_database: nobody
              whoami: any_caller
            """);

    assertThat(rules.requirement("git_push"))
        .isEqualTo(
            Requirement.scopes("repo:write")
                .teams("platform", "release")
                .acr("urn:example:mfa", "urn:example:otp")
                .maxAge(Duration.ofMinutes(10))
                .provider("github"));
    assertThat(rules.requirement("git_log")).isEqualTo(Requirement.scopes("repo:read"));
    assertThat(rules.requirement("drop_database")).isEqualTo(Requirement.nobody());
    assertThat(rules.requirement("whoami")).isEqualTo(Requirement.anyCaller());
    assertThat(rules.requirement("other")).isEqualTo(Requirement.scopes("repo:read"));
    assertThat(authorizer(rules).call(People.alice("repo:admin"), "git_log"))
        .as("one scope includes the next")
        .isEqualTo(new Decision.Allowed());
  }

  private static ToolAuthorizer authorizer(Rules rules) {
    return ToolAuthorizer.builder(Requirement.anyCaller())
        .rules(
            new RulesSource() {
              @Override
              public Rules current() {
                return rules;
              }

              @Override
              public void accepting(Consumer<Rules> condition) {}
            })
        .audit()
        .build();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "tools: {}                                                  | there is no default",
        "default: nobody~tools: { a: { scope: [x] } }               | line 2: unknown key 'scope'",
        "default: nobody~tool: {}                                   | line 2: unknown key 'tool'",
        "default: nobody~default: any_caller                        | line 2: a key is repeated",
        "default: nobody~tools:~  a: nobody~  a: any_caller         | line 4: a key is repeated",
        "default: {}                                                | line 1: default says nothing",
        "default: everybody                                         | line 1: default is no rule",
        "default: [a]                                               | line 1: default is no rule",
        "default: true                                              | line 1: default is no rule",
        "default:                                                   | line 1: default is no rule",
        "default: nobody~tools: { a: }                              | the rule of 'a' is no rule",
        "default: nobody~tools: [a]                                 | line 2: tools is a map",
        "default: { scopes: [] }                                    | line 1: scopes is empty",
        "default: { scopes: [a b] }                                 | line 1: scopes: ",
        "default: { scopes: [1] }                                   | scopes is not a text",
        "default: { scopes: [''] }                                  | scopes has 1 to 512 characters",
        "default: { teams: [null] }                                 | teams is not a text",
        "default: { max_age: 300 }                                  | line 1: max_age: write a time",
        "default: { max_age: 5 minutes }                            | line 1: max_age: write a time",
        "default: { max_age: -5m }                                  | line 1: max_age: write a time",
        "default: nobody~tools:~  '*': nobody                       | line 3: '*' is every tool",
        "default: nobody~tools:~  '*_delete': nobody                | line 3: '*_delete': a * stands",
        "default: nobody~tools:~  'a*b': nobody                     | line 3: 'a*b': a * stands",
        "default: nobody~tools:~  'a**': nobody                     | line 3: 'a**': a * stands",
        "default: nobody~tools:~  '': nobody                        | line 3: a tool's name has",
        "default: &a nobody~tools: { b: *a }                        | aliases and tags are not read",
        "default: !!str nobody                                      | aliases and tags are not read",
        "default: nobody~---~default: any_caller                    | there is a second document",
        "default: nobody~scopes: { 'a b': [c] }                     | line 2: ",
        "default: nobody~scopes: { a: [] }                          | what a includes is empty",
        "- default                                                  | line 1: the file is a map",
        "default: nobody~tools: { a: nobody                         | not the YAML that is expected",
      })
  void what_is_not_understood_is_refused_with_its_line(String yaml, String message) {
    assertThatThrownBy(() -> read(yaml.replace("~", "\n")))
        .isInstanceOf(PolicyException.class)
        .hasMessageStartingWith("policy.yaml")
        .hasMessageContaining(message.strip());
  }

  @Test
  void an_empty_file_and_one_of_comments_have_no_default() {
    assertThatThrownBy(() -> read("")).hasMessageContaining("no default");
    assertThatThrownBy(() -> read("# nothing\n")).hasMessageContaining("no default");
  }

  @Test
  void a_file_is_bounded() {
    StringBuilder many = new StringBuilder("default: nobody\ntools:\n");
    for (int i = 0; i <= PolicyReader.MAX_RULES; i++) {
      many.append("  t").append(i).append(": nobody\n");
    }
    StringBuilder prefixes = new StringBuilder("default: nobody\ntools:\n");
    for (int i = 0; i <= Rules.MAX_PREFIXES; i++) {
      prefixes.append("  t").append(i).append("*: nobody\n");
    }
    String values = "default: { teams: [" + "a,".repeat(PolicyReader.MAX_VALUES) + "b] }";
    String deep = "default: " + "[".repeat(5000);

    assertThatThrownBy(() -> read(many.toString())).hasMessageContaining("more than 2000 rules");
    assertThatThrownBy(() -> read(prefixes.toString())).hasMessageContaining("256 prefixes");
    assertThatThrownBy(() -> read(values)).hasMessageContaining("more than 64 values");
    assertThatThrownBy(() -> read(deep)).isInstanceOf(PolicyException.class);
  }
}

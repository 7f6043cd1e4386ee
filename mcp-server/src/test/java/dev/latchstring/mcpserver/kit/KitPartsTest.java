package dev.latchstring.mcpserver.kit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchstring.mcpserver.tools.Requirement;
import dev.latchstring.mcpserver.tools.ToolAuthorizer;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Map;
import org.junit.jupiter.api.Test;

class KitPartsTest {
  @Test
  void no_text_holds_a_token_of_the_environment() {
    Map<String, String> environment = Map.of("TOKEN", "secret-of-the-user");
    KitParts parts =
        new KitParts(
            ToolAuthorizer.builder(Requirement.anyCaller()).build(),
            "notes",
            Mode.LAZY,
            UserWishes.of(environment),
            null,
            environment,
            new SecureRandom(),
            Clock.systemUTC());
    Provider provider = Provider.of("notes", URI.create("https://api.example")).tokenFrom("TOKEN");

    assertThat(parts.given(provider)).isNotNull();
    assertThat(parts + " " + parts.given(provider) + " " + provider)
        .doesNotContain("secret-of-the-user");
  }
}

package dev.latchstring.springai.misspelled;

import dev.latchstring.mcpserver.tools.Requirement;
import dev.latchstring.mcpserver.tools.ToolAuthorizer;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;

/** An application whose declaration is about a tool that it does not have. */
@SpringBootApplication
public class Misspelled {
  @Bean
  ToolAuthorizer authorizer() {
    return ToolAuthorizer.builder(Requirement.anyCaller())
        .tool("drop_databse", Requirement.scopes("db:admin"))
        .build();
  }
}

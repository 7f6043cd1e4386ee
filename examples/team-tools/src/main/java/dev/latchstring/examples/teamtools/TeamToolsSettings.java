package dev.latchstring.examples.teamtools;

import java.nio.file.Path;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * {@code team-tools.*} in {@code application.yaml}, the environment or the command line.
 *
 * @param resource the address of the MCP endpoint as clients type it, which is what a token must
 *     name as its audience
 * @param issuer the authorization server
 * @param repositories the folder that holds the repositories, each a clone with a remote {@code
 *     origin}
 * @param database an SQLite file
 * @param protectedBranches the branches that only the team {@code platform} pushes to
 */
@ConfigurationProperties("team-tools")
record TeamToolsSettings(
    @DefaultValue("http://localhost:9200/mcp") String resource,
    @DefaultValue("http://localhost:9000") String issuer,
    Path repositories,
    Path database,
    @DefaultValue("main") List<String> protectedBranches) {}

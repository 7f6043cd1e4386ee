package dev.latchstring.cli.account;

import com.nimbusds.jose.jwk.JWKSet;
import dev.latchstring.cli.CommandFailure;
import dev.latchstring.cli.CommonOptions;
import dev.latchstring.cli.Environment;
import dev.latchstring.cli.ExitStatus;
import dev.latchstring.cli.terminal.Output;
import dev.latchstring.client.ClientException;
import dev.latchstring.client.LatchClient;
import dev.latchstring.client.registration.ClientKey;
import dev.latchstring.client.registration.LoopbackRedirects;
import dev.latchstring.client.registration.SecretFile;
import dev.latchstring.client.settings.Pin;
import dev.latchstring.client.settings.Setting;
import dev.latchstring.oauth.Json;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code latch client-metadata URL}: the document that stands for this client at that address. */
@Command(
    name = "client-metadata",
    description =
        "Print the Client ID Metadata Document to be served at an address of yours, which then"
            + " stands for this client where servers take such documents.",
    footer = {
      "",
      "Serve it there as application/json, for everybody, and pin the address:",
      "",
      "  latch login SERVER --pin client_metadata_url=URL"
    })
public final class ClientMetadataCommand implements Callable<Integer> {
  @Parameters(
      paramLabel = "URL",
      description = "Where it will be served: https, with a path. It is the client's identifier.")
  String url = "";

  @Option(
      names = "--name",
      paramLabel = "NAME",
      description = "What pages will call the client (default: Latchstring).")
  String name = LatchClient.DEFAULT_CLIENT_NAME;

  @Option(
      names = "--key",
      paramLabel = "FILE",
      description =
          "A private key (one JWK, or PKCS #8 in PEM) that it will prove; its public part is"
              + " published.")
  @Nullable Path key;

  @Mixin CommonOptions common = new CommonOptions();

  private static final int MAX_KEY_LENGTH = 64 * 1024;

  private final Environment environment;
  private final Output output;

  public ClientMetadataCommand(Environment environment, Output output) {
    this.environment = environment;
    this.output = output;
  }

  @Override
  public Integer call() {
    Output out = output.with(common.json, common.debug);
    try {
      Pin.of(Setting.CLIENT_METADATA_URL.key(), url, "URL");
    } catch (ClientException e) {
      throw new CommandFailure(ExitStatus.USAGE, e.description(), e.hint(), e);
    }
    Map<String, Object> document = document();
    out.result(Json.mapper().writerWithDefaultPrettyPrinter().writeValueAsString(document));
    out.json(document);
    return ExitStatus.DONE.number();
  }

  private Map<String, Object> document() {
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("client_id", url);
    document.put("client_name", name);
    document.put("application_type", "native");
    document.put("redirect_uris", LoopbackRedirects.PORTLESS);
    document.put(
        "grant_types",
        List.of(
            "authorization_code", "urn:ietf:params:oauth:grant-type:device_code", "refresh_token"));
    document.put("response_types", List.of("code"));
    if (key == null) {
      document.put("token_endpoint_auth_method", "none");
    } else {
      document.put("token_endpoint_auth_method", "private_key_jwt");
      document.put("jwks", new JWKSet(read(key).published()).toJSONObject(true));
    }
    return document;
  }

  private ClientKey read(Path file) {
    String text =
        SecretFile.text(
            "the file " + file + " (--key)", file, MAX_KEY_LENGTH, SecretFile.Kind.LASTING_SECRET);
    return ClientKey.parse(file.toString(), text, null, environment.clock(), environment.random());
  }
}

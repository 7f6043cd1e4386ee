package dev.latchstring.authorizationserver.challenge;

import dev.latchstring.authorizationserver.authorize.AuthorizationRequest;
import dev.latchstring.authorizationserver.authorize.AuthorizationRequestRules;
import dev.latchstring.authorizationserver.authorize.AuthorizationRequestStore;
import dev.latchstring.authorizationserver.authorize.PushedRequests;
import dev.latchstring.authorizationserver.authorize.Recipient;
import dev.latchstring.authorizationserver.challenge.AuthSessionStore.Held;
import dev.latchstring.authorizationserver.challenge.Login.Turn;
import dev.latchstring.oauth.OAuthException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** What is said of a session: it follows from what is kept, so it can be said again. */
final class Responses {
  private final Conversation conversation;
  private final AuthSessionStore sessions;
  private final AuthorizationRequestRules rules;
  private final AuthorizationRequestStore requests;

  Responses(
      Conversation conversation,
      AuthSessionStore sessions,
      AuthorizationRequestRules rules,
      AuthorizationRequestStore requests) {
    this.conversation = conversation;
    this.sessions = sessions;
    this.rules = rules;
    this.requests = requests;
  }

  /** The last response once more. */
  ChallengeResponse again(Held held) {
    if (held.replaced()) {
      return code(held.name());
    }
    if (held.login().turn() == null) {
      throw ChallengeRequest.noSession();
    }
    return ask(held.name(), held.login(), held.expiresAt());
  }

  /**
   * The code that a session ended with.
   *
   * @param session its name until then
   */
  ChallengeResponse code(String session) {
    String code = sessions.codeAfter(session);
    return new ChallengeResponse.Code(code, sessions.nameAfter(code));
  }

  /** The step that is asked. */
  ChallengeResponse ask(String session, Login login, Instant expiresAt) {
    Turn turn = Objects.requireNonNull(login.turn());
    Step step = conversation.contexts().step(turn.step());
    Question question = step.question(conversation.asking(session, login));
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("id", turn.step());
    members.put("kind", step.kind());
    members.put("prompt", question.prompt().text());
    members.put("ssml", question.prompt().ssml());
    members.put("lang", question.prompt().locale().toLanguageTag());
    members.put("requestedSchema", schema(question.fields()));
    members.put("inputs", inputs(question.fields()));
    if (turn.reason() != null) {
      members.put("reason", turn.reason().code());
    }
    members.putAll(question.members());
    members.put("attempts_left", conversation.attemptsLeft(login));
    members.put(
        "expires_in", Math.max(0, Duration.between(conversation.now(), expiresAt).toSeconds()));
    List<Map<String, Object>> alternatives = alternatives(login);
    if (!alternatives.isEmpty()) {
      members.put("alternatives", alternatives);
    }
    return new ChallengeResponse.Ask(session, members);
  }

  private List<Map<String, Object>> alternatives(Login login) {
    List<Map<String, Object>> alternatives = new ArrayList<>();
    for (String id : conversation.alternatives(login)) {
      alternatives.add(Map.of("id", id, "kind", conversation.contexts().step(id).kind()));
    }
    return alternatives;
  }

  private static Map<String, Object> schema(List<Question.Field> fields) {
    Map<String, Object> properties = new LinkedHashMap<>();
    for (Question.Field field : fields) {
      Map<String, Object> property = new LinkedHashMap<>();
      property.put("type", "string");
      property.put("title", field.title());
      property.put("maxLength", field.maxLength());
      properties.put(field.name(), property);
    }
    Map<String, Object> schema = new LinkedHashMap<>();
    schema.put("type", "object");
    schema.put("properties", properties);
    schema.put("required", fields.stream().map(Question.Field::name).toList());
    return schema;
  }

  private static Map<String, Object> inputs(List<Question.Field> fields) {
    Map<String, Object> inputs = new LinkedHashMap<>();
    for (Question.Field field : fields) {
      Map<String, Object> input = new LinkedHashMap<>();
      input.put("sensitive", field.sensitive());
      if (field.dtmf() != null) {
        input.put("dtmf", field.dtmf());
      }
      inputs.put(field.name(), input);
    }
    return inputs;
  }

  /**
   * §5.2.2.1.1. The way to a browser, for the same request where that can be answered by a
   * redirect.
   */
  ChallengeResponse browser(ChallengeRequest request, AuthorizationRequest asked) {
    Recipient recipient;
    try {
      recipient = rules.recipient(request.client(), request.form());
    } catch (OAuthException nowhere) {
      return new ChallengeResponse.Browser(null, 0);
    }
    return new ChallengeResponse.Browser(
        PushedRequests.URN + requests.push(asked.answeredTo(recipient)),
        AuthorizationRequestStore.PUSHED.toSeconds());
  }
}

package dev.latchstring.benchmarks.spring;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.springframework.security.oauth2.core.OAuth2DeviceCode;
import org.springframework.security.oauth2.core.OAuth2Token;
import org.springframework.security.oauth2.core.OAuth2UserCode;
import org.springframework.security.oauth2.core.endpoint.OAuth2ParameterNames;
import org.springframework.security.oauth2.server.authorization.OAuth2Authorization;
import org.springframework.security.oauth2.server.authorization.OAuth2AuthorizationCode;
import org.springframework.security.oauth2.server.authorization.OAuth2AuthorizationService;
import org.springframework.security.oauth2.server.authorization.OAuth2TokenType;

/**
 * Authorizations in memory, found by the hash of what they are asked for. The one that comes with
 * the library looks through all of them each time, which would measure nothing else.
 */
final class IndexedAuthorizations implements OAuth2AuthorizationService {
  private final Map<String, OAuth2Authorization> byId = new ConcurrentHashMap<>();
  private final Map<String, String> idByValue = new ConcurrentHashMap<>();

  @Override
  public void save(OAuth2Authorization authorization) {
    OAuth2Authorization before = byId.put(authorization.getId(), authorization);
    if (before != null) {
      values(before).forEach(idByValue::remove);
    }
    values(authorization).forEach(value -> idByValue.put(value, authorization.getId()));
  }

  @Override
  public void remove(OAuth2Authorization authorization) {
    byId.remove(authorization.getId());
    values(authorization).forEach(idByValue::remove);
  }

  @Override
  public OAuth2Authorization findById(String id) {
    return byId.get(id);
  }

  @Override
  public OAuth2Authorization findByToken(String token, OAuth2TokenType type) {
    String id = idByValue.get(token);
    return id == null ? null : byId.get(id);
  }

  private static Stream<String> values(OAuth2Authorization authorization) {
    String state = authorization.getAttribute(OAuth2ParameterNames.STATE);
    return Stream.concat(
            Stream.ofNullable(state),
            Stream.of(
                    authorization.getToken(OAuth2AuthorizationCode.class),
                    authorization.getAccessToken(),
                    authorization.getRefreshToken(),
                    authorization.getToken(OAuth2DeviceCode.class),
                    authorization.getToken(OAuth2UserCode.class))
                .filter(token -> token != null)
                .map(OAuth2Authorization.Token::getToken)
                .map(OAuth2Token::getTokenValue));
  }
}

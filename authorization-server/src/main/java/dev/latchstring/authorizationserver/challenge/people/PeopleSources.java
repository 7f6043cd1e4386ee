package dev.latchstring.authorizationserver.challenge.people;

import dev.latchstring.authorizationserver.account.AccountStore;
import dev.latchstring.authorizationserver.config.PeopleSettings;
import dev.latchstring.authorizationserver.keys.ServerKey;
import dev.latchstring.authorizationserver.operator.OperatorService;
import java.security.SecureRandom;
import java.time.Clock;

/** The source that the operator configured. */
public final class PeopleSources {
  private PeopleSources() {}

  /**
   * @param answers of the accounts; not asked where the people are elsewhere
   * @throws dev.latchstring.authorizationserver.config.ConfigurationException where the source
   *     cannot be used
   */
  public static PeopleSource open(
      PeopleSettings settings,
      AccountStore accounts,
      AnswerStore answers,
      ServerKey key,
      Clock clock,
      SecureRandom random) {
    NormalForms forms = new NormalForms(settings.attributes());
    return switch (settings.source()) {
      case PeopleSettings.Accounts own -> new AccountPeople(accounts, answers);
      case PeopleSettings.Sql sql ->
          new ForeignPeople(sql.name(), SqlDirectory.open(sql, forms), forms, key);
      case PeopleSettings.Http http ->
          new ForeignPeople(
              http.name(),
              new HttpDirectory(
                  new OperatorService(http.service(), clock, random), http.compares()),
              forms,
              key);
    };
  }
}

package dev.latchstring.authorizationserver;

import dev.latchstring.authorizationserver.access.AccountPage;
import dev.latchstring.authorizationserver.access.GivenAccesses;
import dev.latchstring.authorizationserver.account.BrowserSessions;
import dev.latchstring.authorizationserver.account.PasswordAuthentication;
import dev.latchstring.authorizationserver.account.SignInPage;
import dev.latchstring.authorizationserver.account.SignOutPage;
import dev.latchstring.authorizationserver.approval.ApprovalDescription;
import dev.latchstring.authorizationserver.approval.ApprovalsPage;
import dev.latchstring.authorizationserver.authorize.AuthorizationAnswers;
import dev.latchstring.authorizationserver.authorize.AuthorizationRequestRules;
import dev.latchstring.authorizationserver.authorize.AuthorizationRequestStore;
import dev.latchstring.authorizationserver.authorize.AuthorizePage;
import dev.latchstring.authorizationserver.authorize.ConsentPage;
import dev.latchstring.authorizationserver.authorize.PushedRequests;
import dev.latchstring.authorizationserver.client.RegisteredClients;
import dev.latchstring.authorizationserver.consent.AccessDescription;
import dev.latchstring.authorizationserver.credential.AuthenticatorPage;
import dev.latchstring.authorizationserver.credential.PasskeysPage;
import dev.latchstring.authorizationserver.credential.RelyingParty;
import dev.latchstring.authorizationserver.credential.TotpCodes;
import dev.latchstring.authorizationserver.device.CodePage;
import dev.latchstring.authorizationserver.device.DeviceAuthorizationStore;
import dev.latchstring.authorizationserver.device.OutcomePage;
import dev.latchstring.authorizationserver.device.RequestDescription;
import dev.latchstring.authorizationserver.device.RequestPage;
import dev.latchstring.authorizationserver.http.AddressLimit;
import dev.latchstring.authorizationserver.http.Routes;
import dev.latchstring.authorizationserver.logout.EndSessionPage;
import dev.latchstring.authorizationserver.logout.LogoutPage;
import dev.latchstring.authorizationserver.logout.LogoutRequestRules;
import dev.latchstring.authorizationserver.metadata.EndpointPaths;
import dev.latchstring.authorizationserver.page.Assets;
import dev.latchstring.authorizationserver.page.LocalPath;
import dev.latchstring.authorizationserver.page.NotFoundPage;
import dev.latchstring.authorizationserver.page.Site;
import dev.latchstring.authorizationserver.policy.ResourcePolicy;
import dev.latchstring.authorizationserver.token.PresentedIdTokens;
import dev.latchstring.oauth.HttpsUri;
import dev.latchstring.oauth.metadata.WellKnown;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Clock;

/** The pages that people see: which there are, and what each is made of. */
final class Pages {
  private final URI issuer;
  private final boolean requirePushedRequests;
  private final RelyingParty relyingParty;
  private final Storage storage;
  private final PasswordAuthentication passwords;
  private final Clock clock;
  private final SecureRandom random;

  Pages(
      URI issuer,
      boolean requirePushedRequests,
      RelyingParty relyingParty,
      Storage storage,
      PasswordAuthentication passwords,
      Clock clock,
      SecureRandom random) {
    this.requirePushedRequests = requirePushedRequests;
    this.relyingParty = relyingParty;
    this.issuer = issuer;
    this.storage = storage;
    this.passwords = passwords;
    this.clock = clock;
    this.random = random;
  }

  void mount(Routes routes, RegisteredClients clients, ResourcePolicy resources) {
    Assets assets = new Assets();
    Site site = new Site(issuer, assets, random);
    BrowserSessions sessions = new BrowserSessions(storage.signInSessions, storage.accounts);
    LocalPath destinations =
        new LocalPath(
            CodePage.PATH,
            ConsentPage.PATH,
            AccountPage.PATH,
            AuthenticatorPage.PATH,
            PasskeysPage.PATH,
            ApprovalsPage.PATH);
    AccessDescription access = new AccessDescription(clients::find, resources);
    RequestDescription description = new RequestDescription(access, clock);
    DeviceAuthorizationStore devices = storage.devices;
    routes.page(
        SignInPage.PATH,
        site,
        new SignInPage(site, sessions, passwords, storage.attempts, destinations));
    routes.page(SignOutPage.PATH, site, new SignOutPage(site, sessions));
    routes.page(CodePage.PATH, site, new CodePage(site, sessions, devices, storage.attempts));
    routes.page(RequestPage.PATH, site, new RequestPage(site, sessions, devices, description));
    routes.page(OutcomePage.PATH, site, new OutcomePage(site, sessions, devices, description));
    authorize(routes, site, sessions, clients, resources, access);
    endSession(routes, site, sessions, clients, access);
    GivenAccesses accesses =
        new GivenAccesses(
            storage.database, storage.grants, storage.consents, storage.authorizationCodes);
    routes.page(
        AccountPage.PATH,
        site,
        new AccountPage(site, sessions, accesses, access, storage.totpSecrets, storage.passkeys));
    secondFactors(routes, site, sessions);
    routes.page(
        ApprovalsPage.PATH,
        site,
        new ApprovalsPage(
            site, sessions, storage.approvals, new ApprovalDescription(access, clock)));
    routes.files(Assets.PATH, assets);
    routes.otherwise(
        site, new NotFoundPage(), WellKnown.authorizationServer(issuer).getFirst().toString());
  }

  private void secondFactors(Routes routes, Site site, BrowserSessions sessions) {
    routes.page(
        AuthenticatorPage.PATH,
        site,
        new AuthenticatorPage(
            site,
            sessions,
            storage.totpSecrets,
            new TotpCodes(storage.totpSecrets, clock, random),
            storage.pendingEnrolments,
            clock,
            random));
    routes.page(
        PasskeysPage.PATH,
        site,
        new PasskeysPage(
            site,
            sessions,
            storage.passkeys,
            relyingParty,
            storage.pendingEnrolments,
            clock,
            random));
  }

  private void endSession(
      Routes routes,
      Site site,
      BrowserSessions sessions,
      RegisteredClients clients,
      AccessDescription access) {
    LogoutRequestRules rules =
        new LogoutRequestRules(
            new PresentedIdTokens(issuer.toString(), storage.signingKeys, clock), clients);
    routes.page(
        EndpointPaths.STANDARD.endSession(),
        site,
        new EndSessionPage(rules, storage.logoutTickets));
    routes.page(
        LogoutPage.PATH,
        site,
        new LogoutPage(site, sessions, rules, storage.logoutTickets, access));
  }

  private void authorize(
      Routes routes,
      Site site,
      BrowserSessions sessions,
      RegisteredClients clients,
      ResourcePolicy resources,
      AccessDescription access) {
    String path = EndpointPaths.STANDARD.authorization();
    AuthorizationRequestStore requests = storage.authorizationRequests;
    AuthorizationAnswers answers =
        new AuthorizationAnswers(
            issuer.toString(),
            site,
            storage.database,
            requests,
            storage.authorizationCodes,
            storage.consents,
            access);
    routes.page(
        path,
        site,
        new AuthorizePage(
            path,
            new AuthorizationRequestRules(clients, resources),
            new PushedRequests(requests, requirePushedRequests),
            requests,
            sessions,
            answers,
            new AddressLimit(storage.attempts, !HttpsUri.isLoopback(issuer)),
            clock));
    routes.page(
        ConsentPage.PATH,
        site,
        new ConsentPage(site, sessions, clients, requests, answers, access));
  }
}

package dev.latchstring.examples.github;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Two repositories with issues and pull requests, in memory. */
final class Forge {
  private static final int MOST_ISSUES = 1000;

  record Issue(int number, String title, String author) {}

  record PullRequest(int number, String title, boolean merged) {}

  private static final class Repository {
    private final String description;
    private final List<Issue> issues = new ArrayList<>();
    private final Map<Integer, PullRequest> pullRequests = new LinkedHashMap<>();

    Repository(String description) {
      this.description = description;
    }
  }

  private final Map<String, Repository> repositories = new LinkedHashMap<>();

  Forge() {
    Repository hello = new Repository("My first repository");
    hello.issues.add(new Issue(1, "It says hello to nobody", "hubot"));
    hello.pullRequests.put(2, new PullRequest(2, "Say hello to the world", false));
    repositories.put("hello-world", hello);
    repositories.put("spoon-knife", new Repository("For forks"));
  }

  synchronized List<Map<String, String>> repositories() {
    return repositories.entrySet().stream()
        .map(each -> Map.of("name", each.getKey(), "description", each.getValue().description))
        .toList();
  }

  synchronized Optional<List<Issue>> issues(String repository) {
    return repository(repository).map(found -> List.copyOf(found.issues));
  }

  /** Opens an issue; empty where there is no such repository, or it holds enough of them. */
  synchronized Optional<Issue> open(String repository, String title, String author) {
    return repository(repository)
        .filter(found -> found.issues.size() < MOST_ISSUES)
        .map(found -> {
          int number = found.issues.size() + found.pullRequests.size() + 1;
          Issue issue = new Issue(number, title, author);
          found.issues.add(issue);
          return issue;
        });
  }

  synchronized Optional<PullRequest> merge(String repository, int number) {
    return repository(repository)
        .map(found ->
            found.pullRequests.computeIfPresent(
                number, (same, open) -> new PullRequest(number, open.title(), true)));
  }

  private Optional<Repository> repository(String name) {
    return Optional.ofNullable(repositories.get(name));
  }
}

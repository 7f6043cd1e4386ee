package dev.latchstring.authorizationserver.config;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import tools.jackson.core.JacksonException.Reference;

/**
 * In which line a value stands. The exceptions of the library that reads the file know only how far
 * it had read.
 */
final class YamlLine {
  private YamlLine() {}

  /**
   * Counted from 1; empty where the path leads nowhere in the text, or the text is not all YAML.
   */
  static OptionalInt of(String yaml, List<Reference> path) {
    try {
      return find(new Compose(LoadSettings.builder().build()).composeString(yaml), path);
    } catch (YamlEngineException e) {
      return OptionalInt.empty(); // The fault that is told came before the one that is here.
    }
  }

  private static OptionalInt find(Optional<Node> root, List<Reference> path) {
    @Nullable Node node = root.orElse(null);
    OptionalInt line = OptionalInt.empty();
    for (Reference step : path) {
      @Nullable Node at = null;
      if (node instanceof MappingNode mapping && step.getPropertyName() != null) {
        @Nullable NodeTuple tuple = member(mapping, step.getPropertyName());
        at = tuple == null ? null : tuple.getKeyNode();
        node = tuple == null ? null : tuple.getValueNode();
      } else if (node instanceof SequenceNode sequence) {
        List<Node> items = sequence.getValue();
        int index = step.getIndex();
        node = index >= 0 && index < items.size() ? items.get(index) : null;
        at = node;
      }
      if (at == null) {
        return line;
      }
      Optional<Mark> mark = at.getStartMark();
      line = mark.isPresent() ? OptionalInt.of(mark.get().getLine() + 1) : line;
    }
    return line;
  }

  private static @Nullable NodeTuple member(MappingNode mapping, String name) {
    return mapping.getValue().stream()
        .filter(
            tuple -> tuple.getKeyNode() instanceof ScalarNode key && key.getValue().equals(name))
        .findFirst()
        .orElse(null);
  }
}

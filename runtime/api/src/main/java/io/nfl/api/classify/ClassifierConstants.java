// SPDX-License-Identifier: Apache-2.0
package io.nfl.api.classify;

import io.nfl.api.net.Table;
import java.util.List;
import java.util.Set;

/**
 * What a generated {@link Classifier} is constructed with: all that is too large, or too rich, for a class file.
 *
 * @param parameters of targets: {@link NatRange}, {@link LogParameters}, {@link CtTemplate} or an address
 * @param ruleParameters for each rule number, the index of its target's parameter
 * @param indexes of the chains that are too long to be walked
 */
public record ClassifierConstants(
        RuleLayout layout,
        Set<Table> tables,
        Classifier.Requirements requirements,
        List<StateSpec> states,
        List<Object> parameters,
        int[] ruleParameters,
        List<RuleIndex> indexes) {
    public ClassifierConstants {
        tables = Set.copyOf(tables);
        states = List.copyOf(states);
        parameters = List.copyOf(parameters);
        indexes = List.copyOf(indexes);
    }

    /** {@link #parameters} as generated code keeps them. */
    public Object[] parameterArray() {
        return parameters.toArray();
    }

    /** {@link #indexes} as generated code keeps them. */
    public RuleIndex[] indexArray() {
        return indexes.toArray(RuleIndex[]::new);
    }
}

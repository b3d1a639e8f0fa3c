// SPDX-License-Identifier: Apache-2.0
package io.nfl.api.classify;

import io.nfl.api.host.HostDescription;
import io.nfl.api.net.Family;
import java.util.Map;
import java.util.Set;

/** A policy as a policy.jar holds it. */
public interface CompiledPolicy {
    String name();

    HostDescription host();

    /** The devices by the names that the policy gives them. */
    Map<String, String> interfaces();

    Set<Family> families();

    /** The rules as iptables-save prints them, in the order of {@link RuleLayout}; counters zero. */
    String rules(Family family);

    /** A new instance with counters at zero. @throws IllegalArgumentException for a family that the policy has not */
    Classifier newClassifier(Family family);
}

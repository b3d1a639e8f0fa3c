// SPDX-License-Identifier: Apache-2.0
package io.nfl.api.classify;

import io.nfl.api.host.HostDescription;
import io.nfl.api.net.Family;
import java.util.Set;

/** A policy as a policy.jar holds it. */
public interface CompiledPolicy {
    String name();

    HostDescription host();

    Set<Family> families();

    /** A new instance with counters at zero. @throws IllegalArgumentException for a family that the policy has not */
    Classifier newClassifier(Family family);
}

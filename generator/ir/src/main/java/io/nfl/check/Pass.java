// SPDX-License-Identifier: Apache-2.0
package io.nfl.check;

import io.nfl.ir.Policy;

/** One question asked of a policy. */
interface Pass {
    void run(Policy policy, Findings findings);
}

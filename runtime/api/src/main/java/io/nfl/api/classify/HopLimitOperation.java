// SPDX-License-Identifier: Apache-2.0
package io.nfl.api.classify;

/** What TTL and HL do with the field. */
public enum HopLimitOperation {
    SET,
    INCREMENT,
    DECREMENT
}

/**
 * Measurements with JMH. Nothing depends on this module.
 */
@NullMarked
package io.nfl.benchmarks;

import org.jspecify.annotations.NullMarked;

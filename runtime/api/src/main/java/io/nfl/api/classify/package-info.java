/**
 * The ABI of rule lists: {@link io.nfl.api.classify.Classifier} is the one class that generated code extends; the
 * parameters of stateful matches and of targets are records here, so that no rule list needs to know the engine.
 */
@NullMarked
package io.nfl.api.classify;

import org.jspecify.annotations.NullMarked;

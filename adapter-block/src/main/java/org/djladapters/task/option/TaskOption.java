/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.task.option;

import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.djladapters.adapter.HeadConfig;
import org.djladapters.data.TaskKind;
import org.djladapters.io.Internal;

/**
 * An option of training that only some kinds of tasks take. One that is given to a task that does
 * not list it is refused.
 */
@Internal
@SuppressWarnings("ImmutableEnumChecker") // the functions have no state
public enum TaskOption {
    STRIDE(
            run -> run.stride().isPresent(),
            (run, noun) ->
                    "Windows overlap in question answering only, but this is %s; leave the stride out"
                            .formatted(noun)),
    CHAT_TEMPLATE(
            run -> run.chatTemplate().isPresent(),
            (run, noun) ->
                    "Chat templates are for prompts and responses, but this is %s; leave the choice out"
                            .formatted(noun)),
    TRAIN_ON(
            run -> run.trainOn().isPresent(),
            (run, noun) ->
                    "Turns to train on are those of conversations, but this is %s; leave them out"
                            .formatted(noun)),
    PACKING(
            TaskOptions::packing,
            (run, noun) ->
                    "Packing is for prompts and responses, but this is %s; leave it out"
                            .formatted(noun)),
    BETA(
            run -> run.beta().isPresent(),
            (run, noun) ->
                    "Beta weighs preferences against the base model, but this is %s; leave it out"
                            .formatted(noun)),
    EMBEDDING(
            run -> !run.embedding().equals(EmbeddingOptions.DEFAULT),
            (run, noun) ->
                    ("Loss, scale, margin, symmetric, matryoshka, mini-batch, prompts and numbers"
                         + " of passages (at) are for embeddings, but this is %s; leave them out")
                            .formatted(noun)),
    TEACHER(
            run -> run.teacher().isPresent(),
            (run, noun) ->
                    "A teacher is for classes and embeddings, but this is %s; leave it out"
                            .formatted(noun)),
    GUARD(
            run -> run.guard().isPresent(),
            (run, noun) ->
                    "A guard is for embeddings, whose search must not get worse, but this is %s; leave it out"
                            .formatted(noun)),
    NEW_HEAD(
            TaskOptions::newHead,
            (run, noun) ->
                    "The task %s trains no head that could start new; leave the choice out"
                            .formatted(noun)),
    AUGMENTATIONS(
            run -> !run.augmentations().isEmpty(),
            (run, noun) ->
                    "'%s' holds texts, but augmentations (%s) are for images; leave them out"
                            .formatted(run.train().source(), augmentations(run))),
    POOLING(
            run -> run.pooling().isPresent(),
            (run, noun) ->
                    "The task %s does not pool, but pooling '%s' was chosen; leave it out"
                            .formatted(noun, run.pooling().orElseThrow())),
    /** Both texts of a pair as one sequence, the default, may be set in any task. */
    PAIR_ENCODING(
            run -> run.pairEncoding().equals(Optional.of(HeadConfig.PairEncoding.BI)),
            (run, noun) ->
                    "The task %s has no pair encoding %s; leave it out"
                            .formatted(noun, HeadConfig.PairEncoding.BI)),
    CLASS_WEIGHTS(
            run -> !run.classWeights().equals(ClassWeights.EQUAL),
            (run, noun) ->
                    "Class weights are for classes, but this is %s; leave them out"
                            .formatted(noun)),
    LABEL_SMOOTHING(
            run -> run.labelSmoothing() > 0,
            (run, noun) ->
                    "Label smoothing is for classes and preferences, but this is %s; leave it out"
                            .formatted(noun)),
    THRESHOLDS(
            run -> !run.thresholds().equals(Thresholds.HALF),
            (run, noun) ->
                    "Thresholds are for a multi-label classification, but this is %s; leave them out"
                            .formatted(noun));

    private final Predicate<TaskOptions> isGiven;
    private final BiFunction<TaskOptions, String, String> refusal;

    TaskOption(Predicate<TaskOptions> isGiven, BiFunction<TaskOptions, String, String> refusal) {
        this.isGiven = isGiven;
        this.refusal = refusal;
    }

    /**
     * Refuses options that a kind of task does not take.
     *
     * @param taken those that it takes
     * @throws IllegalArgumentException if another one is given
     */
    public static void requireTaken(TaskKind kind, Set<TaskOption> taken, TaskOptions run) {
        for (TaskOption option : values()) {
            if (!taken.contains(option)) {
                option.requireAbsent(kind, run);
            }
        }
    }

    /**
     * Refuses this option.
     *
     * @throws IllegalArgumentException if it is given
     */
    public void requireAbsent(TaskKind kind, TaskOptions run) {
        if (isGiven.test(run)) {
            throw new IllegalArgumentException(refusal.apply(run, kind.noun()));
        }
    }

    /** Names the augmentations of a run, separated by commas. */
    public static String augmentations(TaskOptions run) {
        return run.augmentations().stream()
                .map(augmentation -> augmentation.name().toLowerCase(Locale.ROOT))
                .collect(Collectors.joining(","));
    }
}

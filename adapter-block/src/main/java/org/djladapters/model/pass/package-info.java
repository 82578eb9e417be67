/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */

/**
 * The passes of an adapted model: predictions, rows with adapters of their own, training.
 *
 * <p>From {@code predict} to the engine:
 *
 * <ol>
 *   <li>{@code task.TaskPredictor} turns texts or images into arrays, and predictions into results;
 *   <li>{@code task.TaskVersion} checks that the adapters are those of the task;
 *   <li>{@link org.djladapters.model.pass.Predictions} takes the lock and has {@link
 *       org.djladapters.model.pass.Weights} compute what is applied, if adapters have changed;
 *   <li>{@code surgery.TorchScriptBaseModel} fills the sockets of the program, which {@code
 *       surgery.ProgramMethods} calls;
 *   <li>{@link org.djladapters.model.pass.Heads} applies the head of the adapter.
 * </ol>
 *
 * <p>From {@code finetune} to the gradient:
 *
 * <ol>
 *   <li>{@code tuning.PreparedRun}, {@code FineTuningRun} and {@code TrainingLoop} prepare the run
 *       and repeat {@code TrainingStep};
 *   <li>{@link org.djladapters.model.pass.TrainingPasses} takes the lock; {@code
 *       adapter.PlacementPlanner} decides how adapters are applied; {@code Weights} computes it;
 *   <li>{@code surgery.PassRecorder} runs the program and records the pass as {@link
 *       org.djladapters.model.pass.RecordedPass}; {@code Heads} applies the head;
 *   <li>{@link org.djladapters.model.pass.AdapterGradientCollector} starts the backward pass: the
 *       engine goes back to the outputs, {@code PassRecorder} through the recorded layers, and
 *       {@link org.djladapters.model.pass.CustomBackwards} computes the gradients of adapters;
 *   <li>{@code tuning.AdamW} updates the parameters.
 * </ol>
 */
@Internal
package org.djladapters.model.pass;

import org.djladapters.io.Internal;

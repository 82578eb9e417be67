/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.model.access;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.training.GradientCollector;
import ai.djl.training.ParameterStore;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.djladapters.adapter.Adapter;
import org.djladapters.adapter.AdapterConfig;
import org.djladapters.adapter.HeadConfig;
import org.djladapters.adapter.WeightAdapter;
import org.djladapters.adapter.WeightSpec;
import org.djladapters.model.AdaptedModel;
import org.djladapters.surgery.BaseModel;

/**
 * What checkpoints, combinations and predictions ask of an {@link AdaptedModel} that is nobody
 * else's: they make adapters of parts, and read or check what no other thread may change meanwhile.
 */
public interface ModelAccess {

    /**
     * Returns the access to a model.
     *
     * @param model the model
     * @return the access, which lives as long as the model
     */
    static ModelAccess of(AdaptedModel model) {
        return (ModelAccess) model.block();
    }

    /**
     * Returns the base model.
     *
     * @return the model without adapters
     */
    BaseModel baseModel();

    /**
     * Tells whether heads can take what the model's pooler gives.
     *
     * @return true if passes give it, always or where they are asked for it
     */
    boolean givesPooled();

    /**
     * Refuses a name that a new adapter can't have.
     *
     * @param name the name
     * @throws IllegalArgumentException if it is taken or no name for an adapter
     */
    void requireNew(String name);

    /**
     * Adds an adapter whose parameters get their values before any pass of the model sees it.
     *
     * @param name its name
     * @param config its method, options and targets
     * @param head the head, null for none
     * @param factory makes the Blocks for weights, in their order
     * @param values sets the parameters; the model is unchanged if it throws
     * @return the adapter
     * @throws IllegalArgumentException as {@link AdaptedModel#add(String, AdapterConfig)}
     */
    Adapter add(
            String name,
            AdapterConfig config,
            HeadConfig head,
            Function<List<WeightSpec>, List<WeightAdapter>> factory,
            Consumer<Adapter> values);

    /**
     * Puts a new adapter in the place of one, as {@link #add} makes it. No pass of the model sees
     * anything in between.
     *
     * @param name the name of both
     * @param config method, options and targets of the new one
     * @param head its head, null for none
     * @param factory makes its Blocks
     * @param values sets its parameters; the model is unchanged if it throws
     * @return the new adapter
     * @throws IllegalArgumentException if there is none of the name
     * @throws IllegalStateException if it is merged
     */
    Adapter replace(
            String name,
            AdapterConfig config,
            HeadConfig head,
            Function<List<WeightSpec>, List<WeightAdapter>> factory,
            Consumer<Adapter> values);

    /**
     * Keeps the adapter that has a name now.
     *
     * @param name the name of an adapter
     * @return the adapter, for {@link #predictAlone}
     * @throws IllegalArgumentException if there is none of the name
     */
    KeptAdapter keep(String name);

    /**
     * Keeps the adapter that has taken the place of another one last.
     *
     * @param adapter an adapter, which it is itself if none has
     * @return the adapter, for {@link #predictAlone}
     * @throws IllegalStateException if it was deleted
     */
    KeptAdapter keepLatest(Adapter adapter);

    /**
     * Returns the adapter that has taken the place of another one last.
     *
     * @param adapter an adapter
     * @return that adapter; the same if none has
     */
    Adapter latest(Adapter adapter);

    /**
     * Lets predictions with an adapter have the outputs of the adapted model, without the adapter's
     * head, from now on.
     *
     * @param name the name of the adapter
     * @throws IllegalArgumentException if there is no adapter of the name
     */
    void leaveHeadOut(String name);

    /**
     * Gives an adapter in place, all or nothing, the function of another one of the same method,
     * targets and head, which is made for that and released. Trainers and everything else that
     * holds the parameters keep working.
     *
     * @param name the name of the adapter
     * @param config method and options of the other one
     * @param factory makes the Blocks of the other one
     * @param values sets the parameters of the other one
     * @throws IllegalArgumentException if there is no adapter of the name or its parameters can't
     *     hold what the other one does
     * @throws IllegalStateException if it is merged
     */
    void swap(
            String name,
            AdapterConfig config,
            Function<List<WeightSpec>, List<WeightAdapter>> factory,
            Consumer<Adapter> values);

    /**
     * Copies what an adapter has besides the Blocks of weights: the head, parameters of the base
     * model that it trains as they are, and texts.
     *
     * @param from the adapter
     * @param to an adapter that has the same besides its Blocks
     */
    void copyRest(Adapter from, Adapter to);

    /**
     * Returns the model's parameters that differ from those it was opened with, as {@link
     * AdaptedModel#mergedWeights}, but for exactly the adapters that are named, and along with what
     * else is read of these: no other thread changes anything meanwhile.
     *
     * @param manager the owner of the results
     * @param names the adapters in the order in which they act; none for the model without
     * @param reader takes these adapters; what it throws ends the call
     * @return copies by parameter name, those of saved modules among them
     * @throws IllegalArgumentException if there is no adapter of a name
     * @throws IllegalStateException if a weight would not be finite, or two of these adapters have
     *     a head or train the same module in full
     */
    Map<String, NDArray> mergedWeights(
            NDManager manager, List<String> names, Consumer<List<Adapter>> reader);

    /**
     * Runs the model without gradients if a check passes of the adapters that it shows: those that
     * are merged, else those that are active, none while adapters are disabled. No other thread
     * changes anything between the check and the end of the pass.
     *
     * @param inputs the inputs in the order of {@link AdaptedModel#inputNames()}
     * @param check takes the adapters in the order in which they act; what it throws ends the call,
     *     and it can't change the model
     * @return the outputs, owned by the manager of the inputs
     */
    NDList predict(NDList inputs, Consumer<List<Adapter>> check);

    /**
     * Runs the model without gradients with one adapter alone, or without any, whatever is active.
     * Passes of several threads run at once as those of {@link AdaptedModel#predict(NDList,
     * java.util.List)} do.
     *
     * @param inputs the inputs in the order of {@link AdaptedModel#inputNames()}
     * @param adapter the adapter, empty for the base model
     * @param check runs before the pass, while no other thread changes anything; what it throws
     *     ends the call, and it can't change the model
     * @return the outputs, owned by the manager of the inputs
     * @throws IllegalStateException if the adapter was deleted, or replaced without being {@link
     *     #keep kept}, or while others are merged or adapters are disabled
     */
    NDList predictAlone(NDList inputs, Optional<Adapter> adapter, Runnable check);

    /**
     * Runs methods of the base model's program without gradients, with what the model shows: see
     * {@link BaseModel#call}. Passes of other threads run at once, changes wait.
     *
     * @param check takes the adapters that the model shows, as for {@link #predict}
     * @param pass takes a mark of what the model shows. Another one, by identity, says that
     *     adapters or their parameters may have changed, and with them whatever the model computes;
     *     the same one says that they have not
     * @param <T> the type of the result
     * @return what it returns
     * @throws IllegalStateException if an adapter that the model shows has a head, whose outputs
     *     such methods don't give
     */
    <T> T infer(Consumer<List<Adapter>> check, Function<Object, T> pass);

    /**
     * Runs methods of the base model's program as {@link #infer}, but with one adapter alone, or
     * without any, whatever is active, as {@link #predictAlone}.
     *
     * @param adapter the adapter, empty for the base model
     * @param pass takes a mark of what the pass sees
     * @param <T> the type of the result
     * @return what it returns
     * @throws IllegalStateException if the adapter was deleted or has a head, or while others are
     *     merged or adapters are disabled
     */
    <T> T inferAlone(Optional<Adapter> adapter, Function<Object, T> pass);

    /**
     * What a training pass gives for the rows of an adapter.
     *
     * @param adapter the adapter
     * @param outputs the outputs of the adapter's head, or of the model, in the order of its rows
     * @param labels the labels of its rows
     */
    record TrainedRows(Adapter adapter, NDList outputs, NDList labels) {}

    /**
     * Runs a training pass in which every row goes through an adapter of its own, whatever is
     * active. Gradients flow to all adapters that are named.
     *
     * @param store the source of parameter values, of a manager that {@link #beginTraining} knows
     * @param inputs a batch
     * @param labels arrays with the batch as their first axis
     * @param adapterOfRow the name of an adapter for every row
     * @return outputs and labels by adapter, owned by the manager of the inputs
     * @throws IllegalArgumentException if there are not as many names as rows, or no adapter of a
     *     name
     * @throws IllegalStateException if an adapter changes what all rows share, or adapters are
     *     merged or disabled
     */
    Map<String, TrainedRows> trainRows(
            ParameterStore store, NDList inputs, NDList labels, List<String> adapterOfRow);

    /**
     * Opens a gradient collector of the engine, after those of other threads are closed.
     *
     * @return the collector
     */
    GradientCollector newCollector();

    /**
     * Notes that somebody trains and makes updates by {@link AdaptedModel#update}.
     *
     * @param trainer the manager of the stores of training passes
     */
    void beginTraining(NDManager trainer);

    /**
     * Notes that updates are over.
     *
     * @param trainer the manager
     */
    void endTraining(NDManager trainer);

    /**
     * Returns a sample of the base model's own weights, which is taken once, until these change for
     * good.
     *
     * @param taking takes it from {@link AdaptedModel#baseParameters()}
     * @return the sample, which nobody changes
     */
    float[] baseSample(Function<Map<String, NDArray>, float[]> taking);

    /**
     * Reads while no other thread changes anything.
     *
     * @param read what is done
     * @param <T> the type of the result
     * @return what it returns
     */
    <T> T read(Supplier<T> read);
}
